from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("layanan/", views.service, name="service"),
    path("dasbor/", views.dashboard, name="dashboard"),
]
