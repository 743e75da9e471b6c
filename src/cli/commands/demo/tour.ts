import { awsContext } from '../../../aws/regions.ts'
import type { ChangeReport, CommandResult } from '../../../core/change-report.ts'
import type { Context } from '../../../core/context.ts'
import { AppError } from '../../../core/errors.ts'
import type { ReportView } from '../../../report/view.ts'
import { lastHours } from '../../../report/window.ts'
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'
import { type Interaction, setup, status } from '../../../steps/0-orchestrator.ts'
import { report } from '../../../steps/6-report.ts'
import { cleanup } from '../../../steps/7-cleanup.ts'
import { resolveSettings } from '../../../steps/resolve-settings.ts'
import { fleetOf, openSession, type Session } from '../../../steps/session.ts'
import { type PlayedDay, playDay } from '../sandbox/traffic.ts'

/** Told before each part of the tour and after it, with what came out of it. */
export interface TourGuide {
  begin(part: 'setup' | 'traffic' | 'report' | 'cleanup' | 'check'): void
  setup(report: ChangeReport): void
  traffic(day: PlayedDay): void
  /** How often each alarm rang that day; those that never did are not in it. */
  alarms(rang: Readonly<Record<string, number>>): void
  report(view: ReportView): void
  cleanup(report: ChangeReport): void
  /** Names of resources that should be gone and are not. */
  check(left: readonly string[]): void
}

const HOURS = 24
const EVALUATED_EVERY_MS = 5 * 60_000
const EVERYTHING = { only: [], skip: [], dryRun: false, yes: true, skipChecks: false }
/** Nobody is asked: what fails on the sandbox is a fault of the program and ends the tour. */
const NOBODY: Interaction = {
  showPlan: () => {},
  confirm: () => Promise.resolve(true),
  recover: () => Promise.resolve('abort'),
}

/**
 * The whole job on a sandbox of its own: setup, a day of traffic, report, cleanup, and a look at what is left. Throws when
 * any of it fails, when the report tells other numbers than were played, or when something is left.
 */
export async function tour(cx: Context, options: { seed: number; region: string }, guide: TourGuide): Promise<void> {
  const sandbox = await startSandbox({ region: options.region })
  try {
    const session = await visit(cx, sandbox)
    guide.begin('setup')
    guide.setup(
      succeeded(
        await setup(session, { ...EVERYTHING, replaceLogging: false, adopt: false, shortenRetention: false }, NOBODY),
      ),
    )

    guide.begin('traffic')
    const now = cx.clock.now()
    const window = lastHours(now, HOURS)
    const day = playDay(sandbox, options.seed, { start: window.start, end: now })
    guide.traffic(day)
    guide.alarms(alarmsThatRang(sandbox, { start: window.start, end: now }))

    guide.begin('report')
    const view = await report({ cx: session.cx, open: async () => fleetOf(session) }, { window })
    holdAgainst(day, view)
    guide.report(view)

    guide.begin('cleanup')
    const options7 = { ...EVERYTHING, keepData: false, includeAdopted: false, includeOthers: false }
    guide.cleanup(succeeded(await cleanup(session, options7, NOBODY)))

    guide.begin('check')
    const { resources } = (await status(session, EVERYTHING)).report
    const left = resources.filter(({ action }) => action !== 'create').map(({ type, name }) => `${type} ${name}`)
    guide.check(left)
    if (left.length > 0) throw new AppError('failed', 'SomethingLeft', `cleanup left ${left.join(', ')}`)
  } finally {
    await sandbox.close()
  }
}

function visit(
  cx: Context,
  { url, region, env }: { url: string; region: string; env: Readonly<Record<string, string>> },
): Promise<Session> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env
  const reach = awsContext(cx, { region, endpointUrl: url, credentials: { accessKeyId, secretAccessKey } })
  return openSession(reach, { named: [region] }, resolveSettings([]).settings)
}

function succeeded({ report, error }: CommandResult): ChangeReport {
  if (error) throw error
  return report
}

/** Has the alarms look at a day that is over, as they would have while it went by, and counts what they tell their topic. */
function alarmsThatRang({ services }: Sandbox, { start, end }: { start: number; end: number }): Record<string, number> {
  const { cloudwatch, sns } = services
  const before = sns.published.length
  for (let now = start; now <= end; now += EVALUATED_EVERY_MS) cloudwatch.evaluateAlarms(now)
  const times = new Map<string, number>()
  for (const { message } of sns.published.slice(before)) {
    const { AlarmName: name, NewStateValue: state } = JSON.parse(message) as Record<string, string>
    if (name !== undefined && state === 'ALARM') times.set(name, (times.get(name) ?? 0) + 1)
  }
  return Object.fromEntries(times)
}

/** The traffic knows the truth: a report that tells anything else is wrong. */
function holdAgainst(day: PlayedDay, { report: { total } }: ReportView): void {
  for (const counter of ['invocations', 'inputTokens', 'outputTokens'] as const) {
    if (total[counter] === day[counter]) continue
    const message = `the report shows ${total[counter]} ${counter}, but ${day[counter]} were played`
    throw new AppError('failed', 'ReportDiffers', message)
  }
}
