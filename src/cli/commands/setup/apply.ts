import { usageError } from '../../../core/errors.ts'
import { NOTIFYING, nextSteps, type SetupOptions, setup, warnOfUnheard } from '../../../steps/0-orchestrator.ts'
import { isUnheard } from '../../../steps/notify/notifications.ts'
import type { Session } from '../../../steps/session.ts'
import { each, emailAddress } from '../../../steps/setting-checks.ts'
import { allSteps, selectSteps } from '../../../steps/steps.ts'
import type { App } from '../../command.ts'
import { fleetFor } from '../../session/open-session.ts'
import { runChange } from '../run-change.ts'

/** `setup` for real, or as a dry run on what there is. Answers the exit code. */
export async function apply(app: App, options: SetupOptions): Promise<number> {
  const fleet = await fleetFor(app, 'setup', { ofSteps: true })
  const work = (session: Session, ask: Parameters<typeof setup>[2]) => setup(session, options, ask)
  if (fleet.accounts.length > 1) {
    const message = '--suggest and the accounts of the configuration file contradict each other'
    if (options.suggest) throw usageError(message, 'run setup --suggest in one account at a time')
    return runChange(app, fleet, { command: 'setup', work })
  }
  const opened = await withAddress(app, fleet.sessions[0], options)
  const suggested =
    options.suggest && (await (await import('./suggested-thresholds.ts')).suggestThresholds(app, opened))
  const session = suggested ? suggested.session : opened
  return runChange(
    app,
    { ...fleet, sessions: [session] },
    {
      command: 'setup',
      work,
      async after(_, result) {
        const isDone = !result.error && !options.dryRun
        if (isDone && result.report.resources.some(({ step }) => step === NOTIFYING)) await warnOfUnheard(session)
        const next = nextSteps(session, result.report.resources)
        if (!suggested) return { result, next }
        const report = { ...result.report, suggestions: suggested.suggestions }
        return { result: { ...result, report }, next: [...next, ...suggested.next] }
      },
    },
  )
}

/** Asks for an address where alarms would notify nobody; Enter goes on without one. Throws `Declined` at Ctrl-C. */
async function withAddress(
  { io, common, prompter, reporter }: App,
  session: Session,
  options: SetupOptions,
): Promise<Session> {
  const { cx, env } = session
  if (!io.isInteractive || options.yes || options.dryRun || common.json) return session
  const hasAlarms = selectSteps(allSteps(env), options).some(({ id }) => id === '5')
  if (!hasAlarms || !(await isUnheard(cx, env))) return session
  const question = 'Nobody is notified when an alarm goes off. Your e-mail address (Enter to skip):'
  const email = await reporter.hold(() => prompter.text(question, '--email', each(emailAddress)))
  return email === '' ? session : { ...session, env: { ...env, settings: { ...env.settings, email } } }
}
