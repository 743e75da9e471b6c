import { choice, flag, refuseFlags } from '../../args/flag.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['which logs are cached, and how much space they take', 'cache'],
    ['as JSON', 'cache show --json'],
    ['clear the cache', 'cache clear --yes'],
  ],
  argument: {
    shown: '[show|clear]',
    describe: 'show what is cached of the logs that reports have read (default), or clear it',
    most: 1,
    ...choice('show', 'clear'),
  },
  flags: [flag('-y, --yes', 'clear without asking for confirmation')],
  parse(args) {
    const isClear = args.words[0] === 'clear'
    if (!isClear) refuseFlags(args, ['yes'], 'cache clear only')
    return { isClear }
  },
  async run(app, { isClear }) {
    const { clearCache, showCache } = await import('./logs.ts')
    return isClear ? clearCache(app) : showCache(app)
  },
})
