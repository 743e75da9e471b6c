import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { profileInUse } from '../../../aws/connection.ts'
import { EXIT_CODE, type Problem, usageError } from '../../../core/errors.ts'
import { withoutGivenSecrets } from '../../../core/secrets.ts'
import { effectiveSettings, faultIn, resolveSettings, type SettingLayer } from '../../../steps/resolve-settings.ts'
import { SETTINGS, type SettingDefinition, type Settings } from '../../../steps/settings.ts'
import { plain } from '../../../text/escape.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { type App, printJson } from '../../command.ts'
import { DEFAULT_CONFIG_FILE, readConfigText } from '../../session/config-file.ts'
import { type ConfigFile, examineConfig } from '../../session/config-parse.ts'
import { regionOfProfile, regionOrigin } from '../../session/connection.ts'
import { layersOf, shownValue } from '../../session/open-session.ts'
import { writeWhole } from '../../session/write-file.ts'

interface Shown {
  key: string
  /** As the program uses it; null where it may hold a key. */
  value: unknown
  source: string
  from: string
  text: string
}

/** A value that is not valid. Those of the file have a line, and a path into it. */
interface Fault {
  file?: string
  line?: number
  path?: Problem['path']
  message: string
  hint: string
}

/** `config show` and `config check`: what applies, where it came from, and what is not valid. Answers the exit code. */
export async function showConfig(app: App, check: boolean): Promise<number> {
  const { configFile, json } = app.common
  const name = configFile ?? DEFAULT_CONFIG_FILE
  const text = await readConfigText(name, app.cwd, configFile === undefined)
  const { config, problems = [] } = text === undefined ? {} : examineConfig(text, name)
  const layers = layersOf({ ...app, config })
  const settings = [...effectiveSettings(layers).map(shownSetting), ...(config ? ownOf(config) : [])]
  const faults: Fault[] = [
    ...problems.map(({ line, path, message, hint }) => ({ file: name, line, path, message, hint })),
    ...layers.flatMap((layer) => SETTINGS.flatMap((setting) => faultOf(layer, setting, config) ?? [])),
  ]
    .map((fault) => ({ ...fault, message: withoutGivenSecrets(fault.message) }))
    .sort((a, b) => (a.line ?? Number.POSITIVE_INFINITY) - (b.line ?? Number.POSITIVE_INFINITY))
  const ok = faults.length === 0
  const reach = await reachOf(app)
  const { stdout } = app.io
  if (json) {
    const shown = settings.map(({ text: _, ...rest }) => rest)
    const told = { ok, file: config ? name : null, ...reach, settings: shown, problems: faults }
    printJson(app, { schemaVersion: 1, command: 'config', ...told })
    return ok ? 0 : EXIT_CODE.usage
  }
  if (!check) {
    const ofReach = Object.entries(reach).map(([key, { value, from }]): Shown => {
      return { key, value, source: from === null ? 'default' : 'flag', from: from ?? 'not given', text: value ?? '' }
    })
    stdout.lines(table({ columns: COLUMNS, gap: 2, least: 16 }, [...ofReach, ...settings], stdout))
    if (!ok) stdout.line()
  }
  for (const [index, fault] of faults.entries()) printFault(stdout, fault, faults[index + 1])
  if (!config)
    stdout.line(`${check ? '' : '\n'}There is no ${plain(name)}. \`bedrock-monitor config init\` writes one.`)
  if (check && ok) stdout.line(`${config ? plain(name) : 'What flags and variables set'} is valid.`)
  return ok ? 0 : EXIT_CODE.usage
}

async function reachOf({ common, env }: App) {
  // A profile that is not there is for those commands to say.
  const ofProfile = await regionOfProfile(common.profile, env).catch(() => undefined)
  const { value, source } = regionOrigin(common.regions, env, ofProfile)
  const variable = ['AWS_DEFAULT_PROFILE', 'AWS_PROFILE'].find((name) => env[name])
  const profile = profileInUse(common.profile, env) ?? null
  const said = common.profile === undefined ? (variable ?? null) : '--profile'
  return {
    region: value === '' ? { value: null, from: null } : { value, from: source },
    profile: { value: profile, from: profile === null ? null : said },
  }
}

function shownSetting(one: ReturnType<typeof effectiveSettings>[number]): Shown {
  const { definition, origin } = one
  const { key, secret } = definition
  const from = { source: origin.source, from: origin.name }
  if (secret && one.value !== '') return { key, value: null, ...from, text: 'not shown' }
  const value = typeof one.value === 'string' ? withoutGivenSecrets(one.value) : one.value
  return { key, value, ...from, text: typeof value === 'string' ? value : shownValue(one) }
}

function ownOf({ file, lineOf, prices, profiles, notify }: ConfigFile): Shown[] {
  const addresses = notify && new Map([...notify.keys()].map((name) => [name, 'not shown']))
  return Object.entries({ prices, profiles, notify: addresses }).flatMap(([key, entries]) => {
    if (entries === undefined) return []
    const from = `${file}:${lineOf([key])}`
    const text = [...entries.keys()].join(', ')
    return [{ key, value: Object.fromEntries<unknown>(entries), source: 'file', from, text }]
  })
}

function faultOf(layer: SettingLayer, setting: (typeof SETTINGS)[number], config?: ConfigFile): Fault | undefined {
  const error = faultIn(layer, setting)
  if (!error) return undefined
  const { message, hint = '' } = error
  if (layer !== config) return { message, hint }
  const path = [setting.key]
  const line = config.lineOf(path)
  return { file: config.file, line, path, message: message.replace(`${config.file}:${line}: `, ''), hint }
}

/** The hint once for all that follow each other with it, and not where it says what the message has said. */
function printFault(out: Output, { file, line, message, hint }: Fault, next: Fault | undefined): void {
  const where = file === undefined ? '' : `${plain(file)}:${line}: `
  const [first = '', ...more] = wrap(`${where}${plain(message)}`, out.width, '  ')
  const isNews = hint !== next?.hint && !message.endsWith(`not ${hint.replace(/^give /, '')}`)
  const help = isNews ? wrap(`hint: ${plain(hint)}`, out.width - 2).map((text) => `  ${text}`) : []
  out.lines([out.paint.red(first), ...more, ...help])
}

const COLUMNS: Column<Shown>[] = [
  { heading: 'Setting', cell: ({ key }) => key },
  { heading: 'Value', cell: ({ text }) => plain(text), fold: wrapId },
  {
    heading: 'From',
    cell: ({ from }) => plain(from),
    fold: wrapId,
    tone: ({ source }) => (source === 'default' ? undefined : 'course'),
  },
]

/** Beside the file, so that editors find it without a network and without this program. */
const SCHEMA_FILE = 'bedrock-monitor.schema.json'

/** `config init`: writes a commented file, with what flags say set in it, and its schema. Throws where there is one already. */
export async function initConfig(app: App, force: boolean): Promise<number> {
  const { settings: flags, configFile: file = DEFAULT_CONFIG_FILE, json } = app.common
  const { settings } = resolveSettings([flags])
  const path = resolve(app.cwd, file)
  if (!force && existsSync(path))
    throw usageError(`${file} already exists`, 'pass --force to replace it, or --config FILE to write to another one')
  if (!existsSync(dirname(path)))
    throw usageError(`${file}: there is no folder ${dirname(path)}`, 'create it, or name another file')
  const { default: schema } = await import('../../../schema/config.schema.json', { with: { type: 'json' } })
  const given = SETTINGS.map(({ key }) => key).filter((key) => flags.values[key] !== undefined)
  await writeWhole(join(dirname(path), SCHEMA_FILE), `${JSON.stringify(schema, null, 2)}\n`)
  await writeWhole(path, configTemplate(Object.fromEntries(given.map((key) => [key, settings[key]]))))
  const written = [file, join(dirname(file), SCHEMA_FILE)]
  if (json) printJson(app, { schemaVersion: 1, command: 'config', ok: true, written })
  else app.io.stdout.line(`Wrote ${written.map(plain).join(' and ')}.\nEdit it, then run: bedrock-monitor config check`)
  return 0
}

/** A configuration file in which every setting stands with what it is, commented out where `given` has no value of it. */
export function configTemplate(given: Partial<Settings>): string {
  const say = (text: string) => wrap(text, 96).map((line) => `  // ${line}`)
  const member = (key: string, value: unknown, isSet: boolean) =>
    `  ${isSet ? '' : '// '}"${key}": ${JSON.stringify(value, null, 1).replace(/\n */g, ' ')},`
  const setting = ({ key, describe, values = [], default: usual }: SettingDefinition) => {
    const listed = values.length > 0 && !describe.includes(values.join(', ')) ? `: ${values.join(', ')}` : ''
    return [
      '',
      ...say(`${describe[0]?.toUpperCase()}${describe.slice(1)}${listed}`),
      member(key, given[key] ?? usual, given[key] !== undefined),
    ]
  }
  return [
    '{',
    ...say('Settings of bedrock-monitor. What is commented out is the default.'),
    ...say('Flags and environment variables override this file. Check it: bedrock-monitor config check'),
    `  "$schema": "./${SCHEMA_FILE}",`,
    ...[...new Set(SETTINGS.map(({ group }) => group))].flatMap((group) => [
      '',
      `  // --- ${group} ---`,
      ...SETTINGS.filter((each) => each.group === group).flatMap(setting),
    ]),
    '',
    '  // --- Your own prices ---',
    '',
    ...say('By model ID, ARN or pattern: US dollars per million tokens, or a discount on list prices in percent'),
    member('prices', { 'anthropic.*': { discountPercent: 10 } }, false),
    '',
    ...say('Application inference profiles, and the model whose price applies to each'),
    member('profiles', { a1b2c3d4e5f6: { model: 'us.amazon.nova-pro-v1:0', name: 'checkout' } }, false),
    '',
    '  // --- Teams ---',
    '',
    ...say('Who pays for what: the first rule that fits. Check them: bedrock-monitor teams check'),
    member('teams', { rules: [{ team: 'search', role: 'Search*' }], budgets: { search: 500 } }, false),
    '',
    '  // --- Telling others ---',
    '',
    ...say('Addresses for --notify, by name. $VARIABLE keeps a webhook, which is a secret, out of this file'),
    member('notify', { daily: 'slack:$SLACK_WEBHOOK_URL' }, false),
    '}',
    '',
  ].join('\n')
}
