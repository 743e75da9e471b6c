import type { SetupOptions } from '../../../steps/0-orchestrator.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import { changeOptions, SKIP_CHECKS } from '../../args/change-flags.ts'
import { choice, OFFLINE_FLAG } from '../../args/flag.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import { type App, printJson } from '../../session/app.ts'
import { printChangeResult } from '../change-result.ts'
import { command } from '../command.ts'

interface Options extends SetupOptions {
  action: 'list' | 'sync'
  settings: SettingLayer
  offline: boolean
}

export const alarmsCommand = command<Options>({
  examples: [
    { says: 'every alarm: its state, what it watches, when it goes off', run: 'bedrock-monitor alarms' },
    { says: 'as JSON', run: 'bedrock-monitor alarms --json' },
    { says: 'update them after models or prices have changed', run: 'bedrock-monitor alarms sync' },
    { says: 'stricter alarms, and one notification per Region', run: 'bedrock-monitor alarms sync --alarms strict' },
  ],
  argument: {
    shown: '[list|sync]',
    describe: 'list the alarms (default), or create and update them as setup does',
    most: 1,
    ...choice('list', 'sync'),
  },
  flags: [
    { name: 'yes', alias: 'y', describe: 'sync without asking for confirmation' },
    { name: 'dry-run', alias: 'n', describe: 'show what sync would do and change nothing' },
    SKIP_CHECKS,
    OFFLINE_FLAG,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    action: args.words[0] === 'sync' ? 'sync' : 'list',
    only: ['alarms'],
    skip: [],
    ...changeOptions(args),
    replaceLogging: false,
    adopt: false,
    shortenRetention: false,
    offline: args.is('offline'),
  }),
  run: (app, options) => (options.action === 'sync' ? sync(app, options) : list(app, options)),
})

async function sync(app: App, options: Options): Promise<number> {
  const { createInteraction } = await import('../../session/interaction.ts')
  const { sessionForSteps } = await import('../../session/open-session.ts')
  const { setup } = await import('../../../steps/0-orchestrator.ts')
  const session = await sessionForSteps(app, options)
  const result = await setup(session, options, createInteraction(app, session, { command: 'setup', ...options }))
  const report = { ...result.report, command: 'alarms' }
  return printChangeResult(app, { ...result, report }, { dryRun: options.dryRun })
}

async function list(app: App, { settings }: Options): Promise<number> {
  const { sessionFor } = await import('../../session/open-session.ts')
  const { listAlarms } = await import('../../../steps/alarms/alarm-list.ts')
  const { printAlarms } = await import('./table.ts')
  const { cx, env, warnings } = await sessionFor(app, settings)
  cx.emit({ type: 'phase', title: 'reading the alarms' })
  const alarms = await listAlarms(cx, env).finally(() => cx.emit({ type: 'phase-done' }))
  app.reporter.pause()
  const { accountId, regions } = env
  if (app.common.json) {
    printJson(app, { schemaVersion: 1, command: 'alarms', accountId, regions, alarms, warnings })
  } else printAlarms(app.io.stdout, alarms, regions)
  return 0
}
