import { refuseFlags } from '../../args/args.ts'
import { choice } from '../../args/flag.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { command } from '../command.ts'

export const configCommand = command({
  examples: [
    { says: 'write a commented bedrock-monitor.json', run: 'bedrock-monitor config init' },
    {
      says: 'with settings of your own in it',
      run: 'bedrock-monitor config init --retention-days 90 --email you@example.com',
    },
    { says: 'every setting, its value and where it came from', run: 'bedrock-monitor config show' },
    { says: 'fail a pipeline when a setting is not valid (exit 2)', run: 'bedrock-monitor config check' },
  ],
  argument: {
    shown: '[show|check|init]',
    describe: 'show the settings (default), name what is not valid, or write a file to start from',
    most: 1,
    ...choice('show', 'check', 'init'),
  },
  flags: [{ name: 'force', describe: 'init: replace a file that exists' }, ...SETTING_FLAGS],
  readsConfigItself: true,
  parse(args) {
    const action = args.words[0] ?? 'show'
    if (action !== 'init') refuseFlags(args, ['force'], 'config init only')
    return { action, force: args.is('force'), settings: flagLayer(args) }
  },
  async run(app, { action, force, settings }) {
    if (action === 'init') return (await import('./init.ts')).initConfig(app, settings, force)
    return (await import('./show.ts')).showConfig(app, settings, action === 'check')
  },
})
