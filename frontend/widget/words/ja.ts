// Every word a help-seeker reads, in Japanese. This is the source of the keys: the other languages must have each.

export const ja = {
  // Page
  name: 'ともしび',
  languages: '言語',
  exit: 'すぐに閉じる',
  minimise: '小さくする',
  phones: '電話の窓口',
  phonesMeanwhile: '待つあいだ、電話でも相談できます。',
  back: '戻る',

  // Topics
  topicsTitle: 'どんなことで話したいですか',
  topicsLead: '近いものを一つ選んでください。名前を言う必要はありません。無料です。',
  open: '受付中',
  openUntil: '受付中（{time}まで）',
  closed: 'いまは受付時間外です',
  closedUntil: 'いまは受付時間外です。次の受付は{time}からです。',
  nothingOpen: 'いま受付中のチャットはありません。電話の窓口をご覧ください。',
  noTopics: 'いま案内できるチャットがありません。電話の窓口をご覧ください。',
  menuFailed: '内容を読み込めませんでした。電波の良いところでもう一度試してください。',
  tryAgain: 'もう一度試す',

  // Notice
  noticeTitle: 'はじめに読んでください',
  noticeAccept: '読みました。進む',
  exitTitle: '「すぐに閉じる」ボタンについて',
  exitText:
    '押すとこの画面を消し、関係のないページに切り替えます。会話はそこで終わり、この端末には内容が残りません。ブラウザーの履歴は消えません。キーボードでは Shift を3回続けて押しても閉じます。',
  storageBlocked:
    'この画面では、ページを閉じたり移動したりすると会話が切れます。大きな画面で開くと、再読み込みしても続けられます。',
  openFullPage: '新しいタブで開く',

  // Questions
  questionsTitle: 'よければ教えてください',
  questionsLead: '答えなくても相談できます。',
  noAnswer: '答えない',
  begin: '相談をはじめる',
  opening: '受付に伝えています。',
  openFailed: '受付につながりませんでした。',
  topicClosed: 'この相談はいま受付時間外になりました。',
  noticeChanged: '説明が新しくなりました。もう一度読んでください。',

  // Waiting
  waitingTitle: '相談員を待っています',
  placeNext: '次があなたの番です。',
  place: 'あなたは{position}番目です。',
  estimate: 'あと{low}〜{high}分くらいです。目安なので前後します。',
  estimateOne: 'あと{low}分くらいです。目安なので前後します。',
  estimateUpTo: 'あと{high}分以内の見込みです。目安なので前後します。',
  estimateUnknown: '待ち時間は、いまはわかりません。',
  waitingNext: '相談員が来たら、ここに出ます。先に書いておくと、相談員が読んでから話をはじめます。',
  acceptedNext: 'いま読んでいます。最初の返事を待ってください。',
  stopWaiting: '待つのをやめる',

  // Conversation
  log: '会話',
  withOrganisation: '{name}（{organisation}）',
  counsellor: '相談員',
  you: 'あなた',
  joined: '{name}が入りました。',
  leftBy: '相談員が会話から離れました。',
  leftGone:
    '相談員の接続が切れました。別の相談員が代わってうかがいます。列の前に戻っています。書いたことは、なくなっていません。',
  moment: '相談員が考えています。少しお待ちください。',
  writeLabel: 'ここに書く',
  send: '送る',
  sendHint: 'Enter は改行です。Ctrl + Enter でも送れます。',
  tooLong: '長すぎます。{over}文字減らすか、分けて送ってください。',
  controlCharacter: '送れない文字が含まれています。見えない文字を消してみてください。',
  typing: '相談員が書いています',
  newBelow: '新しいメッセージがあります',
  sending: '送っています',
  stored: '届きました',
  seen: '読まれました',
  failed: '送れませんでした。',
  failedNoAnswer: 'つながらないため、送れませんでした。',
  failedClosed: '会話が終わったため、送れませんでした。',
  retry: 'もう一度送る',
  copy: 'コピー',
  copied: 'コピーしました',
  remove: '消す',
  leave: '会話を終える',
  leaveQuestion: '会話を終えますか',
  leaveExplain: '終えると、この会話には書き込めなくなります。あとでまた相談できます。',
  leaveWaitingExplain: '待つのをやめると、順番はなくなります。あとでまた並べます。',
  leaveYes: '終える',
  leaveNo: '続ける',
  leaving: '終えています。',

  // Connection
  connecting: 'つないでいます。',
  overHttp: '回線が不安定なので、数秒ごとに新しいメッセージを確かめています。',
  offline: 'いまつながっていません。書いたものは消えません。つながりしだい送ります。',

  // Ending
  endedTitle: '会話は終わりました',
  endedCompleted: '話してくれて、ありがとうございました。',
  endedByYou: 'あなたが会話を終えました。',
  endedByStaff: '相談員が会話を終えました。',
  endedUnseen: '相談員につながらないまま終わりました。お待たせしたのに、すみません。',
  endedNext: 'また話したくなったら、いつでもここから相談できます。',
  unsentDraft: '送っていない文章が残っています。',
  startAgain: 'はじめの画面に戻る',
  showLog: '会話を読み返す',
  goneTitle: 'この会話はもう開けません',
  goneText: '会話が終わったか、別の画面で閉じられました。はじめから相談できます。',
  reloadTitle: '画面が古くなりました',
  reloadText: '読み込み直すと続けられます。',
  reload: '読み込み直す',
  movedTitle: '新しいタブで続いています',
  movedText: 'この画面の会話は、新しいタブに移りました。',
} as const;
