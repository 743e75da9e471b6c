import { USUAL_FORMAT } from '../../../report/formats/index.ts'
import type { ReportView } from '../../../report/view.ts'
import { count, grouped } from '../../../text/numbers.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { SEED_FLAG } from '../../args/flag.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'
import type { TourGuide } from './tour.ts'

export const demoCommand = command({
  examples: [{ says: 'with different traffic', run: 'bedrock-monitor demo --seed 7' }],
  flags: [SEED_FLAG],
  parse: (args) => ({ seed: args.text('seed') === undefined ? undefined : Number(args.text('seed')) }),
  async run(app, options) {
    const { tour } = await import('./tour.ts')
    const { DEFAULT_SEED } = await import('../sandbox/traffic.ts')
    const { renderReport } = await USUAL_FORMAT.load()
    const { resolveRegion } = await import('../../session/region.ts')
    const region = resolveRegion(app.common.regions, {}, 'us-east-1')
    const { stdout } = app.io
    const table = (view: ReportView) => renderReport(view, stdout)
    const results: Record<string, unknown> = {}
    const guide = app.common.json ? collector(results) : narrator(app, table)
    await tour(app.cx, { seed: options.seed ?? DEFAULT_SEED, region }, guide)
    if (app.common.json) printJson(app, { schemaVersion: 1, command: 'demo', ok: true, ...results })
    return 0
  },
})

/** For a program: the results, by the part of the tour they come from. */
function collector(results: Record<string, unknown>): TourGuide {
  const keep = (name: string) => (value: unknown) => {
    results[name] = value
  }
  return {
    begin: () => {},
    setup: keep('setup'),
    traffic: keep('traffic'),
    alarms: keep('alarms'),
    report: ({ report }) => keep('report')(report),
    cleanup: keep('cleanup'),
    check: keep('left'),
  }
}

/** For a person: what is going to be done and the command for it, then what came of it. */
function narrator(app: App, table: (view: ReportView) => string): TourGuide {
  const { stdout } = app.io
  const say = (text: string) => {
    app.reporter.pause()
    stdout.line(text)
  }
  let played: Parameters<TourGuide['traffic']>[0] | undefined
  return {
    begin(part) {
      app.reporter.pause()
      heading(stdout, part)
    },
    setup: ({ resources }) => say(`${resources.length} resources created.`),
    traffic(day) {
      played = day
      say(`${grouped(day.calls)} calls of ${day.models} models by ${day.identities} identities.`)
      say(`Bedrock logged ${grouped(day.records)} of them, also to ${grouped(day.objects)} objects in the bucket.`)
    },
    alarms(rang) {
      const times = Object.entries(rang).map(([name, number]) => `${name} ${count(number, 'time')}`)
      const text = times.length === 0 ? 'No alarm went off.' : `Alarms that went off: ${times.join(', ')}.`
      for (const line of wrap(text, Math.min(stdout.width, 80))) say(line)
    },
    report(view) {
      say(table(view).trimEnd())
      if (!played) return
      const tokens = played.inputTokens + played.outputTokens
      say('Checked against what was played, to the token:')
      say(`${grouped(played.invocations)} invocations and ${grouped(tokens)} tokens.`)
    },
    cleanup: ({ resources }) => say(`${resources.length} resources removed.`),
    check: () => say('Nothing left.'),
  }
}

type Part = Parameters<TourGuide['begin']>[0]

const HEADINGS: Record<Part, { title: string; command?: string }> = {
  setup: { title: 'Set up the monitoring', command: 'bedrock-monitor setup' },
  traffic: { title: 'A day of Amazon Bedrock, made up' },
  report: { title: 'Usage and cost', command: 'bedrock-monitor report --hours 24' },
  cleanup: { title: 'Take it all away again', command: 'bedrock-monitor cleanup' },
  check: { title: 'What is left', command: 'bedrock-monitor status' },
}

function heading(out: Output, part: Part): void {
  const parts = Object.keys(HEADINGS)
  const { title, command: typed } = HEADINGS[part]
  if (part === parts[0]) {
    out.line('The whole tour on a sandbox: a local AWS in this very process, with made-up')
    out.line('traffic. No AWS account is used or needed.')
  }
  out.line()
  out.line(out.paint.bold(`${parts.indexOf(part) + 1}/${parts.length}  ${title}`))
  if (typed !== undefined) out.line(out.paint.dim(`     $ ${typed}`))
  out.line()
}
