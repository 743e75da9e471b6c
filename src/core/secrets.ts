/** Keys, tokens and logins of a known form (AWS, GitHub, GitLab, Slack, OpenAI and the like, JWT, PEM). */
const KNOWN: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(AKIA|ASIA|ABIA|ACCA|AIDA|AROA)[A-Z0-9]{12,}/g,
  /\b(gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|sk-|sk_live_|rk_live_|npm_|pypi-|hf_|dop_v1_|AIza)[\w-]{10,}/g,
  /\b(Bearer|Basic)\s+(?=\S*\d)[\w.~+/=-]{8,}/gi,
]

// Each pattern takes time by the length of a text: by its square, a long answer of a proxy would take minutes. So nothing is tried
// again from a later place where an earlier one has read the same letters and failed.

/** What is before it in its word is kept. It is only looked for where the word has a dot and more behind it. */
const JWT = /(?<![\w-])(?=[\w-]{11,}\.[\w-]{4})((?:[\w-]*?\b)??)eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g

/** `password=…`, `aws_secret_access_key: …`: the name may be told. "--sort is 'tokens': no column" is a sentence of ours. */
const ASSIGNED =
  /((?:(?:secret|passw(?:or)?d|pwd|(?:api|access|private|routing)[_-]?key)[\w-]{0,64}["']?\s{0,9}[=:]|token[\w-]{0,64}(?:=|["']\s{0,9}:))\s{0,9})(?!not? )["']?[^\s'",;&]+/gi

/** `https://name:password@host`, with or without a host that is one; a password may hold slashes and at-signs. */
const LOGIN_OF_URL = /(\/\/)(?:[^/@:]*:.*|[^/@]+)@/g

const LOGIN = /(?<![^=(])[^/@:=(]+:(?!\/\/)[^@]+@/g

/** A word of the letters that keys are made of. What stands between two of them (dots, colons, dashes) parts them. */
const WORD = /[A-Za-z0-9+/]{20,}={0,2}/g

const HIDDEN = '(not shown: it looks like a secret)'

/** Text without what looks like a key, a token or a password. For texts of which most is not secret. */
export function withoutSecrets(text: string): string {
  const known = KNOWN.reduce((shown, form) => shown.replace(form, HIDDEN), text)
  return known
    .replace(JWT, `$1${HIDDEN}`)
    .replace(/[^\s'"]+/g, withoutLogins)
    .replace(ASSIGNED, '$1…')
    .replace(WORD, (word) => (isRandom(word) ? HIDDEN : word))
}

/** Of a word, up to the last at-sign: where one follows, no pattern looks for it in vain. */
function withoutLogins(word: string): string {
  const end = word.lastIndexOf('@') + 1
  if (end === 0) return word
  return word.slice(0, end).replace(LOGIN_OF_URL, '$1…@').replace(LOGIN, '…@') + word.slice(end)
}

/** Text about what was given, without its secrets: of a URL the host is left, since webhooks hold their key in the path. */
export function withoutGivenSecrets(text: string): string {
  return withoutSecrets(
    withoutSecrets(text).replace(
      /(\b(?!s3:)[a-z][a-z0-9+.-]{0,31}:\/\/)([^\s'"/?#]*)([/?#][^\s'"]*[^\s'":])/gi,
      '$1$2/…',
    ),
  )
}

function isRandom(word: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(word)) return /\d/.test(word) && /[a-f]/i.test(word)
  if (word.length === 40 && !word.startsWith('/') && kindsIn(word) === 3) return true
  if (isSecretForHost(word)) return true
  return word.split('/').some((piece) => piece.length >= 20 && isMixed(piece))
}

/** An AWS secret where a bucket should stand, whose name has no capital letters: `s3://…`. */
function isSecretForHost(word: string): boolean {
  const [, secret] = /^\/\/([^/]*[A-Z][^=]*)/.exec(word) ?? []
  return secret !== undefined && (secret.length === 40 || secret[40] === '/') && kindsIn(secret.slice(0, 40)) === 3
}

const KINDS = [/\d/, /[a-z]/, /[A-Z]/]

function kindsIn(word: string): number {
  return KINDS.filter((kind) => kind.test(word)).length
}

/** In names, letters of a kind stand together (`MyCompanyLoggingRole1`); in keys they change at about every other place. */
function isMixed(word: string): boolean {
  if (!/\d/.test(word) || kindsIn(word) < 2) return false
  const kinds = [...word].map((letter) => KINDS.findIndex((kind) => kind.test(letter)))
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length
  return changes / (word.length - 1) > (kindsIn(word) === 3 ? 0.4 : 0.25)
}
