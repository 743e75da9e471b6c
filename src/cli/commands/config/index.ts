import { choice, flag, refuseFlags } from '../../args/flag.ts'
import { SETTING_FLAGS } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['write a commented bedrock-monitor.json', 'config init'],
    ['with settings of your own in it', 'config init --retention-days 90 --email you@example.com'],
    ['every setting, its value and where it came from', 'config show'],
    ['fail a pipeline when a setting is not valid (exit 2)', 'config check'],
  ],
  argument: {
    shown: '[show|check|init]',
    describe: 'show the settings (default), name what is not valid, or write a file to start from',
    most: 1,
    ...choice('show', 'check', 'init'),
  },
  flags: [flag('--force', 'init: replace a file that exists'), ...SETTING_FLAGS],
  readsConfigItself: true,
  parse(args) {
    const action = args.words[0] ?? 'show'
    if (action !== 'init') refuseFlags(args, ['force'], 'config init only')
    return { action, force: args.is('force') }
  },
  async run(app, { action, force }) {
    const { initConfig, showConfig } = await import('./show.ts')
    return action === 'init' ? initConfig(app, force) : showConfig(app, action === 'check')
  },
})
