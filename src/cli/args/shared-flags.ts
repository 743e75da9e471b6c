import { usageError } from '../../core/errors.ts'
import { addressRule } from '../../notify/address.ts'
import { EXTERNAL_ID, EXTERNAL_ID_RULE, ROLE } from '../../steps/listed-accounts.ts'
import type { SettingLayer } from '../../steps/resolve-settings.ts'
import { SETTINGS, type SettingKey } from '../../steps/settings.ts'
import type { Env } from '../../ui/output.ts'
import { ACCOUNT_ID, type Args, choice, type Flag, flag, under, valid, wholeNumber } from './flag.ts'

const ACCOUNTS = 'Accounts'
const ACCOUNT_WORD = /^(\d{12}|org|ou:(?:ou|r)-[a-z0-9-]+|tag:[^=]+=.*)$/

export const EXTERNAL_ID_FLAG = flag('--external-id ID', 'external id that the trust policy of the role asks for', {
  group: ACCOUNTS,
  ...valid(EXTERNAL_ID, EXTERNAL_ID_RULE),
})

export const ACCOUNT_FLAGS: readonly Flag[] = under(ACCOUNTS, [
  flag('--accounts ID', 'work in these accounts: ids, org (all of the organization), ou:ID, tag:KEY=VALUE', {
    list: true,
    values: ['org', 'ou:', 'tag:'],
    ...valid(ACCOUNT_WORD, 'an account of 12 digits, org, ou:ID or tag:KEY=VALUE'),
  }),
  flag('--exclude-accounts ID', 'but not in these', { list: true, ...ACCOUNT_ID }),
  flag(
    '--assume-role ROLE',
    'name or ARN of the role to assume in each but your own (to read: BedrockMonitorReader)',
    valid(ROLE, "a role's name or ARN"),
  ),
  EXTERNAL_ID_FLAG,
])

export const KEEP_GOING = flag('--keep-going', 'continue in the other accounts if one is blocked', { group: ACCOUNTS })

export const NO_LINKED = flag('--no-linked', 'leave out accounts that are linked to yours', { group: ACCOUNTS })

export const accountIdFlag = (describe: string, check: Pick<Flag, 'check'> = ACCOUNT_ID): Flag =>
  flag('--account-id ID', describe, check)

export const OFFLINE_FLAG = flag('--offline', 'use bundled prices instead of the AWS Price List')

/** Of every command that prints a report or an answer for people. */
export const VERBOSE_FLAG = flag(
  '--verbose',
  'exact ids and every note in full, instead of short names and one line a kind',
  {
    group: 'Output',
  },
)

export const SEED_FLAG = flag(
  '--seed N',
  'seed of the traffic: the same seed, the same traffic (default 1)',
  wholeNumber(0, 4_294_967_295),
)

/** Named here too, so that help loads no step. */
const STEPS = '1 iam 2 2b storage 2c lake 2d billing 3 logging 4 dashboard 5 alarms'.split(' ')
const STEP = { list: true, ...choice(...STEPS) }

export const SELECTION_FLAGS: readonly Flag[] = [
  flag('--only STEP', 'only these steps, by number or name: 1, iam, 2b', STEP),
  flag('--skip STEP', 'all steps except these', STEP),
]

export const SKIP_CHECKS = flag('--skip-checks', 'do not check IAM permissions first')

export const CHANGE_FLAGS: readonly Flag[] = [
  flag('-y, --yes', 'do not ask for confirmation'),
  flag('-n, --dry-run', 'show the plan and change nothing'),
  ...SELECTION_FLAGS,
  SKIP_CHECKS,
]

/** Where a result is sent to, and what `permissions` is to allow for it. */
export const NOTIFY_FLAG = flag('--notify ADDRESS', 'a summary to slack:…, teams:…, sns:… or https:…', {
  list: true,
  group: 'Output',
  secret: true,
  check: addressRule,
})

export const NOTIFY_FLAGS: readonly Flag[] = [
  NOTIFY_FLAG,
  flag('--notify-when WHEN', 'always (default), or only on a problem', {
    group: 'Output',
    ...choice('always', 'problem'),
  }),
]

/** @throws a usage error where it is said when, and not whom */
function notifyOf(args: Args) {
  const [to, when] = [args.list('notify'), args.text('notify-when')]
  if (when !== undefined && to.length === 0)
    throw usageError('--notify-when goes with --notify', 'add --notify ADDRESS, or leave it out')
  return { to, onlyProblems: when === 'problem' }
}

export const SETTING_FLAGS: readonly Flag[] = SETTINGS.map((setting) => ({
  name: setting.flag,
  ...(setting.type !== 'boolean' && { value: setting.shown ?? (setting.type === 'string' ? 'NAME' : 'N') }),
  ...(setting.list && { list: true }),
  ...(setting.mayBeEmpty && { mayBeEmpty: true }),
  // Numbers are left to where all layers are joined: `07` is a number, too.
  ...(setting.values && (setting.type === 'string' ? choice(...setting.values) : { values: setting.values })),
  describe:
    setting.default === '' || setting.type === 'boolean'
      ? setting.describe
      : `${setting.describe} (default ${setting.default})`,
  group: setting.group,
  setting: true,
}))

/** The flags of the settings that some sources have. */
export function settingFlagsOf(sources: readonly { settings: readonly string[] }[]): Flag[] {
  const keys = new Set(sources.flatMap(({ settings }) => settings))
  return SETTING_FLAGS.filter((_, index) => keys.has(SETTINGS[index]?.key ?? ''))
}

export function flagLayer(args: Args): SettingLayer {
  const given = SETTINGS.map(({ key, flag, type, list }) => {
    if (type === 'boolean') return [key, args.onOrOff(flag)?.toString()] as const
    return [key, list ? args.list(flag).join() || undefined : args.text(flag)] as const
  })
  const flagOf = new Map(SETTINGS.map(({ key, flag }) => [key, `--${flag}`]))
  return { source: 'flag', values: present(given), nameOf: (key) => flagOf.get(key) ?? key }
}

/** Our own variables before the shell scripts' own; one that is set to nothing counts as not set, where that is no value. */
export function environmentLayer(env: Env): SettingLayer {
  const isSet = (name: string, mayBeEmpty?: true) => (mayBeEmpty ? env[name] !== undefined : Boolean(env[name]))
  const chosen = new Map(
    SETTINGS.map(({ key, env: names, mayBeEmpty }) => [key, names.find((name) => isSet(name, mayBeEmpty))]),
  )
  const values = SETTINGS.map(({ key }) => [key, env[chosen.get(key) ?? '']] as const)
  return { source: 'environment', values: present(values), nameOf: (key) => chosen.get(key) ?? key }
}

function present(entries: readonly (readonly [SettingKey, string | undefined])[]): SettingLayer['values'] {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** What the flags say that several commands have. */
export type CommonOptions = Readonly<ReturnType<typeof commonOptions>>

/** @throws a usage error for flags that contradict each other */
export function commonOptions(args: Args) {
  return {
    regions: args.list('region') as readonly string[],
    /** What the configuration file lists is added where it is read. */
    accounts: {
      named: args.list('accounts'),
      excluded: args.list('exclude-accounts'),
      role: args.text('assume-role'),
      externalId: args.text('external-id'),
    },
    profile: args.text('profile'),
    endpointUrl: args.text('endpoint-url'),
    configFile: args.text('config'),
    json: args.is('json') || args.text('format') === 'json',
    input: !args.is('no-input'),
    colour: !args.is('no-color'),
    quiet: args.is('quiet'),
    debug: args.is('debug'),
    verbose: args.is('verbose'),
    offline: args.is('offline'),
    linked: !args.is('no-linked'),
    keepGoing: args.is('keep-going'),
    only: args.list('only') as readonly string[],
    skip: args.list('skip') as readonly string[],
    yes: args.is('yes'),
    dryRun: args.is('dry-run'),
    skipChecks: args.is('skip-checks'),
    output: args.text('output'),
    settings: flagLayer(args),
    notify: notifyOf(args),
  }
}
