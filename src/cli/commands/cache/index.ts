import { declined } from '../../../core/errors.ts'
import { bytes, count } from '../../../text/numbers.ts'
import { refuseFlags } from '../../args/args.ts'
import { choice } from '../../args/flag.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'

export const cacheCommand = command({
  examples: [
    { says: 'which logs are cached, and how much space they take', run: 'bedrock-monitor cache' },
    { says: 'as JSON', run: 'bedrock-monitor cache show --json' },
    { says: 'clear the cache', run: 'bedrock-monitor cache clear --yes' },
  ],
  argument: {
    shown: '[show|clear]',
    describe: 'show what is cached of the logs that reports have read (default), or clear it',
    most: 1,
    ...choice('show', 'clear'),
  },
  flags: [{ name: 'yes', alias: 'y', describe: 'clear without asking for confirmation' }],
  parse(args) {
    const action = args.words[0] === 'clear' ? 'clear' : 'show'
    if (action === 'show') refuseFlags(args, ['yes'], 'cache clear only')
    return { action, yes: args.is('yes') }
  },
  async run(app, { action, yes }) {
    const { keptIn, removeKept } = await import('../../session/cache-folder.ts')
    const { tallyFolder } = await import('../../session/tallies.ts')
    const folder = tallyFolder(app)
    const files = folder === undefined ? [] : await keptIn(folder)
    const size = files.reduce((sum, file) => sum + file.bytes, 0)
    if (action === 'clear') {
      const question = `Remove ${count(files.length, 'file')} (${bytes(size)}) from ${folder}?`
      if (files.length > 0 && !yes && !(await app.prompter.confirm(question, '--yes'))) throw declined()
      if (folder !== undefined) await removeKept(folder, files)
      app.reporter.pause()
      if (app.common.json) tell(app, { folder: folder ?? null, removed: files.length, bytes: size })
      else
        app.io.stdout.line(
          files.length === 0
            ? 'There is nothing to remove.'
            : `Removed ${count(files.length, 'file')} (${bytes(size)}).`,
        )
      return 0
    }
    const { keptLogs, printLogs } = await import('./logs.ts')
    const logs = folder === undefined ? [] : await keptLogs(folder, files, await app.version())
    app.reporter.pause()
    if (app.common.json) tell(app, { folder: folder ?? null, bytes: size, logs })
    else printLogs(app.io.stdout, logs, { folder, bytes: size, now: app.cx.clock.now() })
    return 0
  },
})

function tell(app: App, result: object): void {
  printJson(app, { schemaVersion: 1, command: 'cache', ok: true, ...result })
}
