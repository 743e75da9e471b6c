import { COMMANDS } from '../src/cli/commands/index.ts'
import { EXIT_CODES } from '../src/cli/help/help.ts'
import { WARNINGS } from '../src/core/warnings.ts'
import { FORMATS } from '../src/report/formats/index.ts'
import { FAULT_KINDS } from '../src/sandbox/faults.ts'
import { SERVICE_IDS } from '../src/sandbox/service.ts'
import { alarmSources } from '../src/steps/5-alarms.ts'
import { THRESHOLD_ALARMS } from '../src/steps/alarms/threshold-alarms.ts'
import { profileSettings, resolveSettings } from '../src/steps/resolve-settings.ts'
import type { SettingDefinition } from '../src/steps/settings.ts'
import { SETTINGS } from '../src/steps/settings.ts'
import { sampleName } from '../src/text/openmetrics.ts'
import { METRICS } from '../src/watch/exporter/metrics.ts'
import { code, table } from './marked.ts'

/** As it is typed; nothing where there is none. */
const shownDefault = ({ default: value }: SettingDefinition) => (value === '' ? '' : code(String(value)))

const STRICT = profileSettings('strict')

/** Every setting, under a row for each group. */
export function settingsTable(): string {
  const groups = [...new Set(SETTINGS.map(({ group }) => group))]
  const rows = groups.flatMap((group) => [
    [`**${group}**`, '', '', '', ''],
    ...SETTINGS.filter((setting) => setting.group === group).map((setting) => [
      code(`--${setting.flag}`),
      setting.env.map(code).join(', '),
      code(setting.key),
      [shownDefault(setting), ...(setting.key in STRICT ? [code(String(STRICT[setting.key]))] : [])].join(' / '),
      setting.describe,
    ]),
  ])
  return table(['flag', 'variables', 'key', 'default', 'what it is'], rows)
}

/** The variables of the shell scripts. */
export function variablesTable(): string {
  const rows = SETTINGS.flatMap((setting) => {
    const [, variable] = setting.env
    return variable === undefined
      ? []
      : [[code(variable), code(`--${setting.flag}`), code(setting.key), shownDefault(setting)]]
  })
  return table(['variable of the scripts', 'flag', 'key', 'default'], rows)
}

/** Every alarm, when it goesOff by default, and the first profile that has it. */
export function alarmsTable(): string {
  const anomalies = alarmSources({ settings: resolveSettings([]).settings, region: '' }).filter(({ learns }) => learns)
  return table(
    ['alarm', 'goes off', 'from'],
    [
      ...THRESHOLD_ALARMS.map(({ name, goesOff, threshold, floor, from }) => [
        code(name),
        goesOff(threshold.default, floor?.default ?? 0),
        from,
      ]),
      [
        anomalies.map(({ name }) => code(name)).join(', '),
        'Far above what is expected for this hour of the week.',
        'strict, or `--anomaly`',
      ],
    ],
  )
}

/** What a fault of the sandbox may say of itself. */
export function faultsTable(): string {
  const either = (values: readonly string[]) => values.map(code).join(', ')
  return table(
    ['field', 'what it is', 'default'],
    [
      [code('kind'), either(FAULT_KINDS), 'required'],
      [code('service'), either(SERVICE_IDS), 'all'],
      [code('operation'), `as AWS names it: ${code('CreateRole')}`, 'all'],
      [code('writing'), `${code('true')}: only calls that can change something`, 'all'],
      [code('from'), 'the first matching call to fail', code('1')],
      [code('count'), 'how many calls fail from there', `${code('1')}; with ${code('seconds')} any number`],
      [code('seconds'), 'how long it lasts', 'forever'],
      [
        code('when'),
        `${code('before')} the call takes effect, or ${code('after')}, so that the response is lost`,
        code('before'),
      ],
    ],
  )
}

export function formatsTable(): string {
  const rows = FORMATS.map((format) => [
    code(format.name),
    format.endings.map(code).join(', '),
    format.describe,
    'answers' in format ? 'yes' : '',
  ])
  return table(['format', 'file extensions', 'for', '`query` too'], rows)
}

/** Every metric of the exporter, as queries name it. */
export const metricsTable = (): string =>
  table(
    ['metric', 'type', 'labels', 'what it is'],
    Object.values(METRICS).map((metric) => [
      code(sampleName(metric)),
      metric.type,
      metric.labels.map(code).join(', '),
      metric.help,
    ]),
  )

export const commandsTable = (): string =>
  table(
    ['command', 'what it does'],
    COMMANDS.map(({ name, summary }) => [code(name), summary]),
  )

export const exitCodesTable = (): string =>
  table(
    ['exit code', 'meaning'],
    EXIT_CODES.map(([exit, meaning]) => [String(exit), meaning]),
  )

export const warningsTable = (): string =>
  table(
    ['code', 'what it means'],
    Object.entries(WARNINGS).map(([warning, meaning]) => [code(warning), meaning]),
  )
