import { type Problem, usageError } from '../core/errors.ts'

/** Where a message goes. A URL holds its own key: of it, its host alone may be shown. */
export type Address = { kind: 'slack' | 'teams' | 'https'; url: URL } | { kind: 'sns'; arn: string; region: string }

type Env = Readonly<Record<string, string | undefined>>

const ADDRESS_FORMS = 'slack:URL, teams:URL, sns:ARN or https://…'

const VARIABLE = /^\$(?:(\w+)|\{(\w+)\})$/
const TOPIC = /^arn:aws[\w-]*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}(?:\.fifo)?$/
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const NAME = /^[a-z][\w-]*$/i

/** What a valid address or name looks like where this is none; undefined where it is. What `$VARIABLE` holds shows later. */
export function addressRule(text: string): string | undefined {
  return NAME.test(text) ? undefined : formRule(text)
}

function formRule(text: string): string | undefined {
  const { kind, rest } = split(text)
  if (kind === undefined) return `an address: ${ADDRESS_FORMS}, or a name that "notify" of the configuration file has`
  if (VARIABLE.test(rest)) return undefined
  if (kind === 'sns') return TOPIC.test(rest) ? undefined : 'the ARN of an SNS topic'
  if (!URL.canParse(rest)) return 'an https URL, or $VARIABLE in place of it'
  const { protocol, hostname, username, password } = new URL(rest)
  if (username !== '' || password !== '') return 'a URL without a name and a password'
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname)) ? undefined : 'an https URL'
}

function split(text: string): { kind: Address['kind'] | undefined; rest: string } {
  if (/^https?:\/\//i.test(text)) return { kind: 'https', rest: text }
  const [, kind, rest = ''] = /^(slack|teams|sns|https):(.+)$/s.exec(text) ?? []
  return { kind: kind as Address['kind'] | undefined, rest }
}

/** The addresses that are meant, each once. Throws a usage error that quotes nothing of an address. */
export function addressesOf(
  given: readonly string[],
  env: Env,
  names: ReadonlyMap<string, string> = new Map(),
): [Address, ...Address[]] {
  const all = given.map((text) => {
    const named = NAME.test(text) ? names.get(text) : text
    if (named !== undefined) return resolved(named, env)
    const known = [...names.keys()].join(', ')
    throw usageError(
      `--notify ${text}: the configuration file has no such name in "notify"`,
      known === '' ? `add it there, or pass an address: ${ADDRESS_FORMS}` : `pass one of ${known}, or add it there`,
    )
  })
  return [...new Map(all.map((one) => [one.kind === 'sns' ? one.arn : one.url.href, one])).values()] as [Address]
}

function resolved(text: string, env: Env): Address {
  const { kind = 'https', rest } = split(text)
  const [, bare, braced] = VARIABLE.exec(rest) ?? []
  const variable = bare ?? braced
  const value = variable === undefined ? rest : (env[variable] ?? '').trim()
  if (variable !== undefined && value === '') {
    throw usageError(
      `--notify ${text}: the variable ${variable} is not set`,
      `set ${variable}, or leave the address out`,
    )
  }
  const rule = formRule(`${kind}:${value}`)
  if (rule !== undefined || VARIABLE.test(value)) {
    throw usageError(
      `--notify ${variable === undefined ? kind : text}: its value (not shown) is not ${rule ?? 'an address'}`,
    )
  }
  if (kind !== 'sns') return { kind, url: new URL(value) }
  return { kind, arn: value, region: TOPIC.exec(value)?.[1] ?? '' }
}

/** An address as it may be shown. */
export function shownAddress(address: Address): string {
  if (address.kind === 'sns') return `the topic ${address.arn}`
  const { host } = address.url
  return address.kind === 'https' ? host : `${{ slack: 'Slack', teams: 'Teams' }[address.kind]} (${host})`
}

/** Which topics are among them: who publishes there needs a right. */
export function topicsOf(addresses: readonly Address[]): string[] {
  return addresses.flatMap((address) => (address.kind === 'sns' ? address.arn : []))
}

/** All that is wrong in the `notify` of a configuration file. No address is quoted. */
export function notifyProblems(given: unknown): Problem[] {
  const hint = 'it looks like { "daily": "slack:$SLACK_WEBHOOK_URL" }'
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [{ path: ['notify'], message: 'notify is not an object', hint }]
  }
  return Object.entries(given).flatMap(([name, address]): Problem[] => {
    const path = ['notify', name]
    if (!NAME.test(name))
      return [{ path, message: `notify: '${name}' is not a name of letters, digits, - and _`, hint }]
    const rule = typeof address === 'string' ? formRule(address) : 'a text'
    return rule === undefined ? [] : [{ path, message: `notify.${name}: its value (not shown) is not ${rule}`, hint }]
  })
}
