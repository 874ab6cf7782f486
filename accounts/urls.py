from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="sign-in"),
    path("keluar/", views.SignOut.as_view(), name="sign-out"),
    path("kata-sandi/", views.PasswordChange.as_view(), name="password-change"),
]
