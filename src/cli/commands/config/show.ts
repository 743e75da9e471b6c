import { profileInUse } from '../../../aws/connection.ts'
import { EXIT_CODE, type Problem } from '../../../core/errors.ts'
import { withoutGivenSecrets } from '../../../core/secrets.ts'
import { effectiveSettings, faultIn, type SettingLayer } from '../../../steps/resolve-settings.ts'
import { SETTINGS } from '../../../steps/settings.ts'
import { plain } from '../../../text/escape.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap, wrapId } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { type App, printJson } from '../../command.ts'
import { DEFAULT_CONFIG_FILE, readConfigText } from '../../session/config-file.ts'
import { type ConfigFile, examineConfig } from '../../session/config-parse.ts'
import { regionOfProfile, regionOrigin } from '../../session/connection.ts'
import { layersOf, shownValue } from '../../session/open-session.ts'

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
