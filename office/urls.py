from django.urls import path

from office import views

app_name = "office"
urlpatterns = [
    path("pekerjaan/", views.jobs, name="jobs"),
    path("pekerjaan/<int:pk>/", views.job, name="job"),
    path("pekerjaan/<int:pk>/ulangi/", views.job_again, name="job-again"),
]
