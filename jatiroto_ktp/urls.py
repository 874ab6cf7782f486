from django.urls import include, path

from jatiroto_ktp import views

urlpatterns = [
    path("", views.home, name="home"),
    # PDF tabs ask for it by this name, whatever a page says.
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("applications.urls")),
    path("", include("supervision.urls")),
    path("", include("office.urls")),
]
handler400 = "jatiroto_ktp.views.bad_request"
handler500 = "jatiroto_ktp.views.server_error"
