"""Which organisations and people does the demonstration have? Made up, marked as such, and nowhere else."""

from dataclasses import dataclass

PASSWORD = "tomoshibi-demo"  # noqa: S105 - printed on purpose; these people exist with demo data only
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    slug: str
    name: str
    name_kana: str
    name_en: str
    prefecture_code: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`organisation` is a slug, or empty for the platform's own desk; `says` is the role in words."""

    login: str
    display_name: str
    full_name: str
    organisation: str
    role: str
    says: str
    cleared_for: tuple[str, ...] = ()
    """Slugs of topics that need a clearance, and languages."""

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


ORGANISATIONS = (
    DemoOrganisation(
        "akari",
        "あかり相談室（デモ）",
        "アカリソウダンシツ",
        "Akari (demo)",
        "13",
        ("loneliness", "gender-identity", "women"),
    ),
    DemoOrganisation(
        "yorisoi",
        "よりそいの会（デモ）",
        "ヨリソイノカイ",
        "Yorisoi (demo)",
        "27",
        ("loneliness", "under-18", "disaster"),
    ),
    DemoOrganisation(
        "minato",
        "みなと子ども支援（デモ）",
        "ミナトコドモシエン",
        "Minato (demo)",
        "01",
        ("under-18", "loneliness"),
    ),
)

PEOPLE = (
    DemoPerson("akari1", "すずき", "鈴木 花", "akari", "counsellor", "counsellor of Akari", ("women", "en")),
    DemoPerson("akari2", "たなか", "田中 実", "akari", "counsellor", "counsellor of Akari", ("women", "en")),
    DemoPerson("akari-sv", "やまだ", "山田 恵", "akari", "supervisor", "supervisor of Akari"),
    DemoPerson("akari-mg", "いとう", "伊藤 進", "akari", "manager", "manager of Akari"),
    DemoPerson(
        "yorisoi1", "さとう", "佐藤 光", "yorisoi", "counsellor", "counsellor of Yorisoi", ("under-18", "en")
    ),
    DemoPerson("yorisoi2", "なかむら", "中村 歩", "yorisoi", "counsellor", "counsellor of Yorisoi", ("en",)),
    DemoPerson("yorisoi-sv", "こばやし", "小林 望", "yorisoi", "supervisor", "supervisor of Yorisoi"),
    DemoPerson(
        "minato1", "よしだ", "吉田 海", "minato", "counsellor", "counsellor of Minato", ("under-18", "en")
    ),
    DemoPerson(
        "minato2", "やまもと", "山本 空", "minato", "counsellor", "counsellor of Minato", ("under-18",)
    ),
    DemoPerson("coordinator", "わたなべ", "渡辺 結", "", "coordinator", "coordinator (つなぎ支援)"),
    DemoPerson("operator", "かとう", "加藤 守", "", "operator", "platform operator, at /operator/"),
    DemoPerson("auditor", "もり", "森 直", "", "auditor", "auditor"),
)

PHRASES = (
    ("hello", "こんにちは。お話をうかがいます。ゆっくりで大丈夫です。"),
    ("listen", "話してくださってありがとうございます。もう少し聞かせてもらえますか。"),
    ("moment", "少し考えてからお返事しますね。このままお待ちください。"),
    ("closing", "そろそろ終わりの時間が近づいてきました。ほかに話しておきたいことはありますか。"),
)
