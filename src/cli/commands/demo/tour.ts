import { awsContext } from '../../../aws/regions.ts'
import type { CommandResult } from '../../../core/change-report.ts'
import { AppError } from '../../../core/errors.ts'
import { grouped } from '../../../report/arrange.ts'
import { USUAL_FORMAT } from '../../../report/formats/index.ts'
import type { ReportView } from '../../../report/view.ts'
import { lastHours } from '../../../report/window.ts'
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'
import { type Interaction, setup, status } from '../../../steps/0-orchestrator.ts'
import { report } from '../../../steps/6-report.ts'
import { cleanup } from '../../../steps/7-cleanup.ts'
import { resolveSettings } from '../../../steps/resolve-settings.ts'
import { fleetOf, openSession } from '../../../steps/session.ts'
import { count, grouped as digits } from '../../../text/numbers.ts'
import { wrap } from '../../../text/wrap.ts'
import { type App, printJson } from '../../command.ts'
import { resolveRegion } from '../../session/connection.ts'
import { DEFAULT_SEED, type PlayedDay, playDay } from '../sandbox/traffic.ts'

const HOURS = 24
const EVALUATED_EVERY_MS = 5 * 60_000
const EVERYTHING = { only: [], skip: [], dryRun: false, yes: true, skipChecks: false }
/** Nobody is asked: what fails on the sandbox is a fault of the program and ends the tour. */
const NOBODY: Interaction = {
  showPlan: () => {},
  confirm: () => Promise.resolve(true),
  recover: () => Promise.resolve('abort'),
}

/** The whole job on a sandbox of its own. Throws when a part fails, the report tells other numbers, or something is left. */
export async function tour(app: App, seed = DEFAULT_SEED): Promise<number> {
  const { cx, common } = app
  const { stdout } = app.io
  const region = resolveRegion(common.regions)
  const { renderReport } = await USUAL_FORMAT.load()
  const sandbox = await startSandbox({ region })
  const results: Record<string, unknown> = {}
  const told = (name: string, result: unknown, ...lines: readonly string[]) => {
    results[name] = result
    if (!common.json) stdout.lines(lines)
  }
  /** For a person: what is going to be done, and the command for it. */
  const begin = (number: number, title: string, typed?: string) => {
    if (common.json) return
    const opening = [
      'The whole tour on a sandbox: a local AWS inside this process, with made-up',
      'traffic. No AWS account is used or needed.',
    ]
    const heading = [
      stdout.paint.bold(`${number}/5  ${title}`),
      ...(typed ? [stdout.paint.dim(`     $ bedrock-monitor ${typed}`)] : []),
    ]
    stdout.lines([...(number === 1 ? opening : []), '', ...heading, ''])
  }
  try {
    const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = sandbox.env
    const reach = { region, endpointUrl: sandbox.url, credentials: { accessKeyId, secretAccessKey } }
    const session = await openSession(awsContext(cx, reach), { named: [region] }, resolveSettings([]).settings)

    begin(1, 'Set up the monitoring', 'setup')
    const options = { ...EVERYTHING, replaceLogging: false, adopt: false, shortenRetention: false }
    const made = succeeded(await setup(session, options, NOBODY))
    told('setup', made, `${made.resources.length} resources created.`)

    begin(2, 'A day of made-up Amazon Bedrock traffic')
    const now = cx.clock.now()
    const window = lastHours(now, HOURS)
    const day = playDay(sandbox, seed, { start: window.start, end: now })
    told(
      'traffic',
      day,
      `${digits(day.calls)} calls of ${day.models} models by ${day.identities} identities.`,
      `Bedrock logged ${digits(day.records)} of them, also to ${digits(day.objects)} objects in the bucket.`,
    )
    const rang = alarmsThatRang(sandbox, { start: window.start, end: now })
    const times = Object.entries(rang).map(([name, number]) => `${name} ${count(number, 'time')}`)
    const ringing = times.length === 0 ? 'No alarm went off.' : `Alarms that went off: ${times.join(', ')}.`
    told('alarms', rang, ...wrap(ringing, Math.min(stdout.width, 80)))

    begin(3, 'Usage and cost', `report --hours ${HOURS}`)
    const view = await report({ cx: session.cx, open: async () => fleetOf(session) }, { window })
    holdAgainst(day, view)
    told(
      'report',
      view.report,
      renderReport(view, stdout).trimEnd(),
      'Checked against the traffic, to the token:',
      `${digits(day.invocations)} invocations and ${digits(day.inputTokens + day.outputTokens)} tokens.`,
    )

    begin(4, 'Take it all away again', 'cleanup')
    const all = { ...EVERYTHING, keepData: false, includeAdopted: false, includeOthers: false }
    const gone = succeeded(await cleanup(session, all, NOBODY))
    told('cleanup', gone, `${gone.resources.length} resources removed.`)

    begin(5, 'What is left', 'status')
    const { resources } = (await status(session, EVERYTHING)).report
    const left = resources.filter(({ action }) => action !== 'create').map(({ type, name }) => `${type} ${name}`)
    if (left.length > 0) throw new AppError('failed', 'SomethingLeft', `cleanup left ${left.join(', ')}`)
    told('left', left, 'Nothing left.')
  } finally {
    await sandbox.close()
  }
  if (common.json) printJson(app, { schemaVersion: 1, command: 'demo', ok: true, ...results })
  return 0
}

function succeeded({ report, error }: CommandResult) {
  if (error) throw error
  return report
}

/** Has the alarms look at a day that is over, as they would have while it went by, and counts what they tell their topic. */
function alarmsThatRang({ services }: Sandbox, { start, end }: { start: number; end: number }): Record<string, number> {
  const { cloudwatch, sns } = services
  const before = sns.published.length
  for (let now = start; now <= end; now += EVALUATED_EVERY_MS) cloudwatch.evaluateAlarms(now)
  const told = sns.published.slice(before).map(({ message }) => JSON.parse(message) as Record<string, string>)
  const rang = told.flatMap(({ AlarmName: name, NewStateValue: state }) => (state === 'ALARM' && name) || [])
  return Object.fromEntries([...grouped(rang, (name) => name)].map(([name, { length }]) => [name, length]))
}

/** The traffic knows the truth: a report that tells anything else is wrong. */
function holdAgainst(day: PlayedDay, { report: { total } }: ReportView): void {
  for (const counter of ['invocations', 'inputTokens', 'outputTokens'] as const) {
    if (total[counter] === day[counter]) continue
    const message = `the report shows ${total[counter]} ${counter}, but ${day[counter]} were played`
    throw new AppError('failed', 'ReportDiffers', message)
  }
}
