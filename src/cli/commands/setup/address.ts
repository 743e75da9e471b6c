import type { SetupOptions } from '../../../steps/0-orchestrator.ts'
import { isUnheard } from '../../../steps/notify/notifications.ts'
import type { Session } from '../../../steps/session.ts'
import { each, emailAddress } from '../../../steps/setting-checks.ts'
import { allSteps, selectSteps } from '../../../steps/steps.ts'
import type { App } from '../../session/app.ts'

/**
 * Asks a person for an address where alarms would notify nobody; Enter alone goes on without one. Answers the session with it.
 * Throws `Declined` at Ctrl-C.
 */
export async function withAddress(
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
