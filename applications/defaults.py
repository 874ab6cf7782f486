"""First contents of the tables that the admin may change: villages, paper lists, statuses of the centre."""

from applications.models import BlankStock, KindLabel, PaperRule, ReturnReason, StatusRule, Village, VisitReason
from applications.states import Kind

# Kemendagri codes (fact F3.2); not in the order of BPS (F3.6).
VILLAGES = [
    ("35.08.17.2001", "Banyuputih Kidul"),
    ("35.08.17.2002", "Rojopolo"),
    ("35.08.17.2003", "Kaliboto Kidul"),
    ("35.08.17.2004", "Kaliboto Lor"),
    ("35.08.17.2005", "Sukosari"),
    ("35.08.17.2006", "Jatiroto"),
]

# Service standard, section 2. Columns: code, label, original seen, copy kept, waivable.
KK = ("kk", "Fotokopi Kartu Keluarga", True, True, True)
BIRTH_CERTIFICATE = ("akta-kelahiran", "Fotokopi Akta Kelahiran", True, True, True)
OLD_CARD = ("ktp-lama", "KTP lama (asli)", True, False, False)
POLICE_LETTER = ("surat-kehilangan", "Surat keterangan kehilangan dari kepolisian", True, True, False)
PAPERS = {
    Kind.NEW: [KK, BIRTH_CERTIFICATE],
    Kind.DAMAGED: [KK, BIRTH_CERTIFICATE, OLD_CARD],
    Kind.DATA_CHANGE: [KK, BIRTH_CERTIFICATE, OLD_CARD],
    Kind.LOST: [KK, BIRTH_CERTIFICATE, POLICE_LETTER],
}

# What the seed calls the kinds, and when each is the right one (service standard, sections 2 and 4; fact F4.5).
KINDS = [
    (Kind.NEW, "Baru", "Belum pernah memiliki KTP"),
    (Kind.DAMAGED, "Rusak", "KTP lama ada tetapi rusak"),
    (Kind.DATA_CHANGE, "Perubahan data", "Isi KTP berbeda dengan KK terbaru"),
    (Kind.LOST, "Hilang", "KTP hilang, dengan surat dari kepolisian"),
]
# Usual reasons why a paper fails. Columns: paper (empty: any), words.
RETURN_REASONS = [
    ("", "Salinan tidak terbaca; bawa salinan yang jelas."),
    ("", "Bukan milik pemohon; bawa milik pemohon sendiri."),
    ("kk", "KK bukan yang terbaru; bawa KK terbaru."),
    ("kk", "Nama atau NIK di KK berbeda dengan akta; perbaiki KK di Disdukcapil lebih dahulu."),
    ("akta-kelahiran", "Data pada akta berbeda dengan KK; bawa akta yang sesuai."),
    ("ktp-lama", "KTP lama belum dibawa; bawa KTP aslinya."),
    ("surat-kehilangan", "Surat tidak menyebut KTP; minta surat yang menyebut KTP hilang."),
    ("surat-kehilangan", "Surat bukan dari kepolisian; minta surat kehilangan di Polsek."),
]
DISDUKCAPIL = "Dinas Kependudukan dan Pencatatan Sipil Kabupaten Lumajang"
# Why a visitor is not served here (facts F2.6, F4.2, F4.5; design.md section 2). Columns: code, label, where, advice.
VISIT_REASONS = [
    ("belum-cukup-umur", "Belum cukup umur", "", ""),
    ("pindah-datang", "Pindah datang dari daerah lain", DISDUKCAPIL,
     "Urus surat pindah (SKPWNI) dan Kartu Keluarga baru lebih dahulu. Bawa SKPWNI, KTP lama, dan buku nikah bila "
     "kawin. Setelah KK baru terbit, datang lagi ke sini untuk KTP."),
    ("luar-kecamatan", "Penduduk kecamatan atau kabupaten lain", "Kantor kecamatan tempat tinggal pemohon",
     "Ajukan KTP di kantor kecamatan menurut alamat pada Kartu Keluarga. Bawa KK dan persyaratan sesuai jenis "
     "permohonan."),
    ("wna", "Warga negara asing", DISDUKCAPIL,
     "KTP untuk warga negara asing dilayani Disdukcapil. Bawa paspor dan izin tinggal tetap (ITAP)."),
    ("nik-nonaktif", "NIK tidak aktif", DISDUKCAPIL,
     "Minta NIK diaktifkan kembali. Bawa Kartu Keluarga dan akta kelahiran. Setelah NIK aktif, datang lagi ke sini."),
    ("bertanya", "Bertanya", "", ""),
    ("lainnya", "Lainnya", "", ""),
]

# Facts F1.3–F1.18. Columns: code, meaning, counts as recorded, printable first, printable replacement, task.
DELETE_AND_RERECORD = "Usulkan penghapusan rekaman di pusat, lalu rekam ulang setelah penghapusan terlihat."
REPORT = "Laporkan ke Disdukcapil dan tunggu jawaban."
STATUSES = [
    ("UNREGISTERED", "NIK ada, belum direkam", False, False, False, "Rekam pemohon."),
    ("BIO_CAPTURED", "Terekam di sini, belum terkirim", True, False, False, "Kirim antrean rekaman."),
    ("PROCESSING", "Sedang disiapkan untuk dikirim", True, False, False, "Perhatikan jaringan."),
    ("SENT_FOR_ENROLLMENT", "Terkirim ke pusat", True, False, False, "Pantau statusnya."),
    ("RECEIVED_AT_CENTRAL", "Diterima pusat, sedang diperiksa", True, False, False, "Pantau statusnya."),
    ("PRINT_READY_RECORD", "Tunggal, siap dicetak", True, True, True, ""),
    ("ENROLL_FAILURE_AT_CENTRAL", "Rekaman tidak terbaca di pusat", True, False, False, DELETE_AND_RERECORD),
    ("ENROLL_FAILURE_AT_REGIONAL", "Rekaman tidak terbaca di daerah", True, False, False, DELETE_AND_RERECORD),
    ("SEARCH_FAILURE_AT_CENTRAL", "Pencocokan di pusat gagal", True, False, False, REPORT),
    ("ADJUDICATE_RECORD", "Mirip rekaman orang lain, menunggu keputusan pusat", True, False, False, REPORT),
    ("REQUEST_VALIDATION", "Menunggu validasi", True, False, False, REPORT),
    ("DUPLICATE_RECORD", "Terekam lebih dari satu kali", True, False, False, REPORT),
    ("SENT_FOR_CARD_PRINTING", "Dalam antrean cetak", True, True, True, ""),
    ("CARD_PRINTED", "Kartu pernah dicetak", True, False, True, ""),
    ("CARD_SHIPPED", "Kartu pernah dikirim", True, False, True, ""),
    ("CARD_ISSUED", "Kartu pernah diserahkan", True, False, True, ""),
]


def fill(using: str = "default") -> None:
    """Only into empty tables: what the admin changed stays."""
    BlankStock.objects.using(using).get_or_create(pk=1)
    if not Village.objects.using(using).exists():
        Village.objects.using(using).bulk_create(Village(code=code, name=name) for code, name in VILLAGES)
    if not PaperRule.objects.using(using).exists():
        PaperRule.objects.using(using).bulk_create(
            PaperRule(kind=kind, code=code, label=label, position=position,
                      needs_original=original, needs_copy=copy, waivable=waivable)
            for kind, papers in PAPERS.items()
            for position, (code, label, original, copy, waivable) in enumerate(papers, start=1)
        )
    if not StatusRule.objects.using(using).exists():
        StatusRule.objects.using(using).bulk_create(
            StatusRule(code=code, meaning=meaning, position=position, counts_as_recorded=recorded,
                       printable_first=first, printable_replacement=replacement, task=task)
            for position, (code, meaning, recorded, first, replacement, task) in enumerate(STATUSES, start=1)
        )
    if not KindLabel.objects.using(using).exists():
        KindLabel.objects.using(using).bulk_create(
            KindLabel(kind=kind, label=label, hint=hint, position=position)
            for position, (kind, label, hint) in enumerate(KINDS, start=1)
        )
    if not ReturnReason.objects.using(using).exists():
        ReturnReason.objects.using(using).bulk_create(
            ReturnReason(paper_code=paper, text=text, position=position)
            for position, (paper, text) in enumerate(RETURN_REASONS, start=1)
        )
    if not VisitReason.objects.using(using).exists():
        VisitReason.objects.using(using).bulk_create(
            VisitReason(code=code, label=label, destination=where, advice=advice, position=position)
            for position, (code, label, where, advice) in enumerate(VISIT_REASONS, start=1)
        )
