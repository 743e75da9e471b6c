import { usageError } from '../../core/errors.ts'
import type { Format } from '../../report/renderers/index.ts'
import { command } from '../command.ts'
import { oneOf, wholeNumber } from '../flag.ts'
import { painterOf } from '../painter.ts'

interface Options {
  hours: number
  format: Format
}

/** Named here too, so that help loads no renderer. */
const FORMATS = ['table', 'json'] as const satisfies Format[]
const DEFAULT_HOURS = '24'
/** A year: CloudWatch keeps hourly points for 455 days. */
const MOST_HOURS = 8_760

export const reportCommand = command<Options>({
  name: 'report',
  summary: 'usage, cost, latency and errors by model; needs no setup',
  examples: [
    { says: 'what was used and what it cost, the last day', run: 'bedrock-monitor report' },
    { says: 'the last week, as JSON', run: 'bedrock-monitor report --hours 168 --json' },
    { says: 'another Region and profile', run: 'bedrock-monitor report --region eu-west-1 --profile prod' },
  ],
  flags: [
    {
      name: 'hours',
      value: 'N',
      describe: `length of the window up to now, 1 to ${MOST_HOURS} (default ${DEFAULT_HOURS})`,
      group: 'Flags',
      check: wholeNumber(1, MOST_HOURS),
    },
    {
      name: 'format',
      value: 'FORMAT',
      describe: 'table (default) or json',
      group: 'Flags',
      check: oneOf(...FORMATS),
    },
  ],
  parse(args) {
    const format = (args.text('format') ?? (args.is('json') ? 'json' : 'table')) as Format
    if (args.is('json') && format !== 'json')
      throw usageError(`--json and --format ${format} contradict each other`, 'pass one of them')
    return { hours: Number(args.text('hours') ?? DEFAULT_HOURS), format }
  },
  async run(app, { hours, format }) {
    const { sessionFor } = await import('../open-session.ts')
    const { report } = await import('../../steps/6-report.ts')
    const { lastHours } = await import('../../report/window.ts')
    const { RENDERERS } = await import('../../report/renderers/index.ts')
    const { cx, env } = await sessionFor(app)
    const view = await report(cx, {
      source: {
        name: 'metrics',
        accountId: env.accountId,
        places: [{ region: env.region, cx }],
        window: lastHours(cx.clock.now(), hours),
      },
    })
    app.reporter.pause()
    const { stdout } = app.io
    stdout.write(await RENDERERS[format](view, { width: stdout.width, paint: painterOf(stdout) }))
    return 0
  },
})
