"""Which words does a person look for on the screen? As they read them, in each language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeekerWords:
    language: str
    locale: str
    launcher: str
    topic: str
    notice_read: str
    begin: str
    waiting: str
    next_in_line: str
    no_place: str
    write: str
    send: str
    typing: str
    delivered: str
    sending: str
    offline: str
    stop_waiting: str
    end: str
    end_it: str
    ended: str
    thanks: str
    ended_by_you: str
    too_long: str
    exit: str
    phones: str
    start_again: str
    gone: str


JA = SeekerWords(
    language="ja",
    locale="ja-JP",
    launcher="相談する",
    topic="孤独・孤立",
    notice_read="読みました。進む",
    begin="相談をはじめる",
    waiting="相談員を待っています",
    next_in_line="次があなたの番です。",
    no_place="待ち時間は、いまはわかりません。",
    write="ここに書く",
    send="送る",
    typing="相談員が書いています",
    delivered="届きました",
    sending="送っています",
    offline="いまつながっていません。書いたものは消えません。",
    stop_waiting="待つのをやめる",
    end="会話を終える",
    end_it="終える",
    ended="会話は終わりました",
    thanks="話してくれて、ありがとうございました。",
    ended_by_you="あなたが会話を終えました。",
    too_long="長すぎます。1文字減らすか、分けて送ってください。",
    exit="すぐに閉じる",
    phones="電話の窓口",
    start_again="はじめの画面に戻る",
    gone="この会話はもう開けません",
)
EN = SeekerWords(
    language="en",
    locale="en-US",
    launcher="Talk to us",
    topic="Loneliness and isolation",
    notice_read="I have read it. Continue",
    begin="Start",
    waiting="Waiting for a counsellor",
    next_in_line="You are next.",
    no_place="We cannot say yet how long it will take.",
    write="Write here",
    send="Send",
    typing="The counsellor is writing",
    delivered="Delivered",
    sending="Sending",
    offline="There is no connection. What you wrote is kept",
    stop_waiting="Stop waiting",
    end="End the conversation",
    end_it="End it",
    ended="The conversation has ended",
    thanks="Thank you for talking with us.",
    ended_by_you="You ended the conversation.",
    too_long="Too long. Take out 1 characters, or send it in parts.",
    exit="Leave now",
    phones="Telephone lines",
    start_again="Back to the start",
    gone="This conversation can no longer be opened",
)


@dataclass(frozen=True, slots=True)
class DeskWords:
    language: str
    locale: str
    email: str
    password: str
    sign_in: str
    available: str
    away: str
    accept_next: str
    nobody_waits: str
    mine: str
    log: str
    typing: str
    reply: str
    note: str
    write_reply: str
    write_note: str
    send: str
    keep_note: str
    stored: str
    sending: str
    wrap_up: str
    outcome: str
    listened: str
    established: str
    record: str
    close: str
    close_it: str
    closed: str
    offline: str
    live: str
    seeker_left: str
    guard: str
    guard_send: str
    unread: str
    supervision: str
    looking: str
    stop_looking: str
    revoked: str
    no_right: str
    no_longer: str
    nothing_live: str
    dismiss: str
    phrases: str
    notes_tab: str
    help: str
    settings: str


DESK_JA = DeskWords(
    language="ja",
    locale="ja-JP",
    email="メールアドレス",
    password="パスワード",
    sign_in="ログイン",
    available="対応できる",
    away="離席中",
    accept_next="次の相談を受ける",
    nobody_waits="待っている人はいません",
    mine="自分の相談",
    log="会話の記録",
    typing="相談者が入力しています",
    reply="返信",
    note="内部メモ",
    write_reply="相談者への返信",
    write_note="内部メモ（相談者には見えません）",
    send="送信",
    keep_note="メモを残す",
    stored="送信済み",
    sending="送信中",
    wrap_up="記録",
    outcome="結果",
    listened="話を聴いた",
    established="成立した（双方が話した）",
    record="記録する",
    close="相談を終了する",
    close_it="終了する",
    closed="この相談は終了しました",
    offline="切断中",
    live="接続中",
    seeker_left="相談者は退出しました。記録を残して終了してください。",
    guard="書いている間に 1 件の発言がありました",
    guard_send="このまま送る",
    unread="未読 1",
    supervision="見守り",
    looking="見守り中：読むだけです",
    stop_looking="見守りを終える",
    revoked="この相談は表示できなくなりました",
    no_right="このアカウントではコンソールを使えません",
    no_longer="この画面を使う権利がなくなりました。",
    nothing_live="対応中の相談はありません",
    dismiss="閉じる",
    phrases="定型文",
    notes_tab="メモ",
    help="ヘルプ",
    settings="設定",
)
DESK_EN = DeskWords(
    language="en",
    locale="en-US",
    email="Email",
    password="Password",
    sign_in="Sign in",
    available="Available",
    away="Away",
    accept_next="Accept next",
    nobody_waits="Nobody is waiting",
    mine="My conversations",
    log="Conversation log",
    typing="The help-seeker is typing",
    reply="Reply",
    note="Internal note",
    write_reply="Reply to the help-seeker",
    write_note="Internal note (the help-seeker never sees it)",
    send="Send",
    keep_note="Keep note",
    stored="Sent",
    sending="Sending",
    wrap_up="Wrap-up",
    outcome="Outcome",
    listened="Listened",
    established="Established (both spoke)",
    record="Record",
    close="Close the conversation",
    close_it="Close it",
    closed="This conversation is closed",
    offline="Offline",
    live="Live",
    seeker_left="The help-seeker has left. Wrap up and close.",
    guard="1 new while you were writing",
    guard_send="Send as it is",
    unread="1 unread",
    supervision="Supervision",
    looking="Supervisor’s look: read only",
    stop_looking="End the look",
    revoked="This conversation can no longer be shown",
    no_right="No console for this account",
    no_longer="You no longer have the right to use this page.",
    nothing_live="No live conversation",
    dismiss="Close",
    phrases="Phrases",
    notes_tab="Notes",
    help="Help",
    settings="Settings",
)
SEEKER = {"ja": JA, "en": EN}
DESK = {"ja": DESK_JA, "en": DESK_EN}
