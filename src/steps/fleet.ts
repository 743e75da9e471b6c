import { type AwsContext, telling } from '../aws/context.ts'
import { memberCredentials, memberRoleArn } from '../aws/member.ts'
import type { OrganizationAccount } from '../aws/organization.ts'
import { accountProgress } from '../core/by-account.ts'
import { isAppError, usageError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { sideBySide } from '../core/side-by-side.ts'
import { accountLabel } from '../text/account.ts'
import { count } from '../text/numbers.ts'
import type { Env } from './env.ts'
import { type AccountChoice, CHANGING, type ListedAccount, roleOf, sessionNameOf } from './listed-accounts.ts'
import type { SessionPurpose } from './permissions/permissions-policy.ts'
import {
  type Fleet,
  fleetOf,
  noting,
  openSession,
  type RegionChoice,
  type Session,
  type SessionOptions,
  sessionAs,
} from './session.ts'
import type { Settings } from './settings.ts'

export interface FleetOptions extends SessionOptions {
  accounts: AccountChoice
  purpose: SessionPurpose
  /** Only what the caller's own account is told of the others is wanted: nobody's role is assumed. */
  asCaller?: boolean | undefined
  /** The same AWS with other keys. */
  as(credentials: ReturnType<typeof memberCredentials>): AwsContext
}

/** STS allows some hundred calls a second; each session may ask for its Regions, too. */
const ACCOUNTS_AT_ONCE = 8

/** Opens a session in each account; one whose role cannot be assumed is told with its error. Throws where none can be worked in. */
export async function openFleet(
  cx: AwsContext,
  choice: RegionChoice,
  settings: Settings,
  options: FleetOptions,
): Promise<Fleet> {
  const { accounts, asCaller = false } = options
  if (asCaller && (accounts.role ?? accounts.externalId) !== undefined) {
    throw usageError(
      '--assume-role: a bill is read as whoever runs this, and --accounts chooses from it',
      'leave it out, or pass --profile with credentials of the account that pays',
    )
  }
  const named = namedOf(accounts)
  const isAlone = named.length === 0 && accounts.listed.length === 0
  // Which Regions the caller's account has is nobody's business where it only hands out roles.
  const isBeside = 'allFrom' in choice && !isAlone && !asCaller && !accounts.linked
  const own = await openSession(cx, isBeside ? { named: [choice.allFrom] } : choice, settings, options)
  const { env, identity } = own
  const accountId = env.accountId
  const whole = () => (isBeside ? sessionAs(cx, { accountId, arn: identity }, choice, settings, options) : own)
  if (isAlone) {
    return asCaller ? { ...fleetOf(own), accounts: [] } : fleetOf(own, accounts)
  }
  const warnings: Warning[] = []
  const members = await membersOf(noting(cx, warnings), env, named, accounts)
  if (asCaller) return { cx, sessions: [own], accounts: members.map(({ id, name }) => ({ id, ...(name && { name }) })) }
  const isOwn = (member: ListedAccount) => member.id === accountId && member.role === undefined
  // Where it is not said for one of them, none is opened.
  const roles = new Map(members.flatMap((one) => (isOwn(one) ? [] : [[one, roleOf(one, accounts, options.purpose)]])))
  const opening = `opening ${count(members.length, 'account')}`
  cx.emit({ type: 'phase', title: opening })
  const progress = accountProgress(
    cx,
    members.map(({ id }) => id),
    { verb: 'opening', past: 'opened' },
    new Map(members.map((member) => [member.id, accountLabel(member)])),
  )
  const opened = await sideBySide(members, ACCOUNTS_AT_ONCE, async (member) => {
    const role = roles.get(member)
    const open = async () =>
      role === undefined ? withName(await whole(), member) : memberSession(own, member, role, choice, settings, options)
    try {
      return { member, session: await progress.during(member.id, open) }
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted' || error.kind === 'usage') throw error
      return { member, error }
    }
  }).finally(progress.end)
  cx.emit({ type: 'phase-done' })
  const sessions = opened.flatMap(({ session }) => (session ? [session] : []))
  const [first, ...others] = sessions.sort((a, b) => Number(b.identity === identity) - Number(a.identity === identity))
  const [failed] = opened.flatMap(({ error }) => (error ? [error] : []))
  if (!first && !(failed && accounts.linked)) {
    throw failed ?? usageError('no account is left', 'check --accounts and --exclude-accounts')
  }
  // What is about all of several accounts is about the only one, too.
  if (opened.length === 1) first?.warnings.push(...warnings)
  return {
    cx,
    warnings,
    // Its Regions are not asked for: it only shows what the others share with it.
    sessions: first ? [first, ...others] : [{ ...own, env: { ...env, regions: [] } }],
    ...(accounts.linked && { hub: { session: own, onlyNamed: true } }),
    accounts: opened.map(({ member: { id, name, regions }, error }) => ({
      id,
      ...(name && { name }),
      ...(error && { error, ...(regions && { regions }) }),
    })),
  }
}

const withName = (session: Session, { name }: ListedAccount): Session => ({
  ...session,
  ...(name && { accountName: name }),
})

/** The words of `--accounts`; a role's ARN names its account. */
function namedOf({ named, excluded, role, externalId, listed }: AccountChoice): readonly string[] {
  if (named.length > 0) return named
  const ofRole = role?.startsWith('arn:') ? role.split(':')[4] : undefined
  if (listed.length > 0) return []
  if (ofRole) return [ofRole]
  const lone =
    (excluded.length > 0 && '--exclude-accounts') ||
    (role !== undefined && '--assume-role') ||
    (externalId !== undefined && '--external-id')
  if (lone)
    throw usageError(`${lone} goes with --accounts, which is not given`, 'pass --accounts ID,ID or --accounts org')
  return []
}

async function membersOf(
  cx: AwsContext,
  env: Env,
  named: readonly string[],
  { excluded, listed }: AccountChoice,
): Promise<ListedAccount[]> {
  const ofFile = new Map(listed.map((account) => [account.id, account]))
  const found = new Map<string, ListedAccount>()
  const seen = new Set<string>()
  const add = (id: string, name?: string) => {
    seen.add(id)
    if (!excluded.includes(id) && !found.has(id)) found.set(id, { id, ...(name && { name }), ...ofFile.get(id) })
  }
  if (named.length === 0) for (const { id } of listed) add(id)
  const closed: OrganizationAccount[] = []
  for (const word of named) {
    if (/^\d{12}$/.test(word)) {
      add(word)
      continue
    }
    for (const account of await listedBy(cx, word)) {
      seen.add(account.id)
      if (account.state === 'ACTIVE') add(account.id, account.name)
      else if (!excluded.includes(account.id) && !closed.some(({ id }) => id === account.id)) closed.push(account)
    }
  }
  if (closed.length > 0) {
    const names = closed.map((account) => `account ${accountLabel(account)}: ${account.state}`)
    const message = `left out, since they are not active: ${names.join(', ')}`
    cx.emit({ type: 'warning', warning: { code: 'accounts-not-active', message } })
  }
  // Mistyped, an account would be worked in that was to be spared.
  const unknown = excluded.filter((id) => !seen.has(id))
  if (unknown.length > 0) {
    const message = `--exclude-accounts ${unknown.join(',')}: not among the accounts that are named, so it leaves nothing out`
    cx.emit({ type: 'warning', warning: { code: 'accounts-not-excluded', message } })
  }
  if (found.size > 0) return [...found.values()]
  const what = named.length === 0 ? 'the accounts of the configuration file' : `--accounts ${named.join(',')}`
  const but = excluded.length === 0 ? '' : ` without ${excluded.join(',')}`
  throw usageError(`${what}${but} leaves no account to work in (the caller's is ${env.accountId})`, 'name others')
}

async function listedBy(cx: AwsContext, word: string): Promise<OrganizationAccount[]> {
  const { accountsOfOrganization, accountsWithTag } = await import('../aws/organization.ts')
  const [kind, ...rest] = word.split(':')
  if (kind !== 'tag') return accountsOfOrganization(cx, kind === 'ou' ? rest.join(':') : undefined)
  const [key = '', ...value] = rest.join(':').split('=')
  return accountsWithTag(cx, await accountsOfOrganization(cx), { key, value: value.join('=') })
}

async function memberSession(
  own: Session,
  member: ListedAccount,
  role: string,
  choice: RegionChoice,
  settings: Settings,
  options: FleetOptions,
): Promise<Session> {
  const { sessionPolicy } = await import('./permissions/session-policy.ts')
  const { accounts, purpose } = options
  const { region } = own.env
  const [first, ...more] = member.regions ?? []
  const asked: RegionChoice = first === undefined ? choice : { named: [first, ...more] }
  const regions = 'named' in asked ? asked.named : [asked.allFrom]
  const scope = { accountId: member.id, regions, everyRegion: 'allFrom' in asked, settings, isMember: true }
  const sessionName = sessionNameOf(purpose, own.identity)
  const credentials = memberCredentials(own.cx, region, {
    account: member.id,
    role,
    externalId: member.externalId ?? accounts.externalId,
    sessionName,
    policy: sessionPolicy(scope, purpose),
    isToChange: CHANGING.includes(purpose),
  })
  // Whether the role can be assumed shows here, and not in the middle of the work.
  await credentials()
  const arn = memberRoleArn({ account: member.id, role }, region)
    .replace(':iam:', ':sts:')
    .replace(/:role\/.*$/, `:assumed-role/${role.split('/').at(-1)}/${sessionName}`)
  const session = await sessionAs(
    among(options.as(credentials), member),
    { accountId: member.id, arn },
    asked,
    settings,
    options,
  )
  return withName(session, member)
}

/** Warnings of one account among several name it, and what it is at is not told beside what the others are at. */
function among(cx: AwsContext, member: ListedAccount): AwsContext {
  return telling(cx, (event) => {
    if (event.type === 'phase' || event.type === 'phase-done') return
    if (event.type !== 'warning') return cx.emit(event)
    const { code, message } = event.warning
    cx.emit({ type: 'warning', warning: { code, message: `account ${accountLabel(member)}: ${message}` } })
  })
}
