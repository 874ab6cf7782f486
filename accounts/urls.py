from django.urls import path

from accounts.views import deputies, people, pins, sign_in

app_name = "accounts"
urlpatterns = [
    path("masuk/", sign_in.SignIn.as_view(), name="sign-in"),
    path("keluar/", sign_in.SignOut.as_view(), name="sign-out"),
    path("kata-sandi/", sign_in.PasswordChange.as_view(), name="password-change"),
    path("pin/", pins.own_pin, name="pin"),
    path("ganti-orang/", pins.take_over, name="take-over"),
    path("plh/", deputies.deputy, name="deputy"),
    path("pengguna/", people.index, name="people"),
    path("pengguna/baru/", people.add, name="person-new"),
    path("pengguna/<str:username>/", people.person, name="person"),
    path("pengguna/<str:username>/peran/", people.give_role, name="role"),
    path("pengguna/<str:username>/peran/<int:term>/cabut/", people.take_role_back, name="role-back"),
    path("pengguna/<str:username>/<slug:name>/", people.action, name="person-action"),
]
