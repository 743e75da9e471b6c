import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { usageError } from '../../../core/errors.ts'
import { resolveSettings } from '../../../steps/resolve-settings.ts'
import type { SettingDefinition } from '../../../steps/settings.ts'
import { SETTINGS, type Settings } from '../../../steps/settings.ts'
import { plain } from '../../../text/escape.ts'
import { wrap } from '../../../text/wrap.ts'
import { type App, printJson } from '../../command.ts'
import { DEFAULT_CONFIG_FILE } from '../../session/config-file.ts'
import { writeWhole } from '../../session/write-whole.ts'

/** Beside the file, so that editors find it without a network and without this program. */
const SCHEMA_FILE = 'bedrock-monitor.schema.json'

/** `config init`: writes a commented file, with what flags say set in it, and its schema. Throws where there is one already. */
export async function initConfig(app: App, force: boolean): Promise<number> {
  const { settings: flags, configFile: file = DEFAULT_CONFIG_FILE, json } = app.common
  const { settings } = resolveSettings([flags])
  const path = resolve(app.cwd, file)
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists && !force) {
    throw usageError(`${file} already exists`, 'pass --force to replace it, or --config FILE to write to another one')
  }
  await access(dirname(path)).catch(() => {
    throw usageError(`${file}: there is no folder ${dirname(path)}`, 'create it, or name another file')
  })
  const { default: schema } = await import('../../../schema/config.schema.json', { with: { type: 'json' } })
  const given = SETTINGS.map(({ key }) => key).filter((key) => flags.values[key] !== undefined)
  await writeWhole(join(dirname(path), SCHEMA_FILE), `${JSON.stringify(schema, null, 2)}\n`)
  await writeWhole(path, configTemplate(Object.fromEntries(given.map((key) => [key, settings[key]]))))
  app.reporter.pause()
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
