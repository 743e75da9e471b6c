/** What is told of whoever called: '' where the ARN does not say. */
export interface Caller {
  /** The role without its session, so that a thousand sessions of one agent or function are one; of SSO, its permission set. */
  role: string
  /** A person, or what stands for one: an SSO or federated user, an IAM user, a Bedrock API key, `root`. */
  user: string
}

const ROLE_SESSION = String.raw`^arn:[^:]*:sts::\d*:assumed-role\/`
/** IAM Identity Center names the role after the permission set, with 16 hexadecimal digits that are others in each account. */
const SSO_ROLE = String.raw`${ROLE_SESSION}(?<found>AWSReservedSSO_[^\/]+)_[0-9a-f]{16}\/`

/**
 * How each is read off an ARN: the first pattern that fits. JavaScript and Logs Insights take the same ones, so that every source
 * tells the same. STS leaves the path of a role out of its ARN, so it is left out of IAM's, too.
 */
export const CALLER_PATTERNS: ReadonlyMap<keyof Caller, readonly string[]> = new Map([
  [
    'role',
    [SSO_ROLE, `${ROLE_SESSION}(?<found>[^\\/]+)`, String.raw`^arn:[^:]*:iam::\d*:role\/(?:.*\/)?(?<found>[^\/]+)$`],
  ],
  [
    'user',
    [
      String.raw`${ROLE_SESSION}AWSReservedSSO_[^\/]+_[0-9a-f]{16}\/(?<found>.+)$`,
      // Whoever federates by SAML or OIDC names the session by the person's address; other sessions are machines'.
      String.raw`${ROLE_SESSION}[^\/]+\/(?<found>[^\/]*@[^\/]*)$`,
      String.raw`^arn:[^:]*:iam::\d*:user\/(?:.*\/)?(?<found>[^\/]+)$`,
      String.raw`^arn:[^:]*:sts::\d*:federated-user\/(?<found>.+)$`,
      String.raw`^arn:[^:]*:(?:iam|sts)::\d*:(?:assumed-)?(?<found>root)(?:\/.*)?$`,
      // What is no ARN is told as it is.
      '^(?<found>[^:]+)$',
    ],
  ],
])

/** Sessions come in any number: no more of them are remembered at a time. */
const MOST_KNOWN = 10_000
const READERS = [...CALLER_PATTERNS].map(
  ([name, sources]) => [name, sources.map((source) => new RegExp(source))] as const,
)
const known = new Map<string, Caller>()

/** Who an identity ARN of an invocation record stands for. */
export function callerOf(arn: string): Caller {
  const again = known.get(arn)
  if (again) return again
  const caller: Caller = { role: '', user: '' }
  for (const [name, patterns] of READERS) {
    for (const pattern of patterns) caller[name] ||= pattern.exec(arn)?.groups?.found ?? ''
  }
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(arn, caller)
  return caller
}
