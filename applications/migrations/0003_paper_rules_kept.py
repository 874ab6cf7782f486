from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_residents_drafts_scans_visits'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='paperrule',
            constraint=models.CheckConstraint(condition=models.Q(('needs_original', True), ('needs_copy', True), _connector='OR'), name='rule_needs_a_tick'),
        ),
        migrations.AddConstraint(
            model_name='paperrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code__in', ('ktp-lama', 'surat-kehilangan')), _negated=True), ('waivable', False), _connector='OR'), name='old_card_and_police_letter_not_waived'),
        ),
    ]
