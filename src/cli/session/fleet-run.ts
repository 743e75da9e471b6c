import type { CommandResult } from '../../core/change-report.ts'
import { type AppError, declined } from '../../core/errors.ts'
import type { Interaction } from '../../steps/0-orchestrator.ts'
import { type AccountResult, acrossAccounts, type ReadyPlan } from '../../steps/across.ts'
import type { Fleet, Session } from '../../steps/session.ts'
import { accountLabel } from '../../text/account.ts'
import { count } from '../../text/numbers.ts'
import type { App } from './app.ts'
import { createInteraction, insteadOf } from './interaction.ts'

interface FleetRun {
  command: 'setup' | 'cleanup'
  yes: boolean
  dryRun: boolean
  keepGoing: boolean
}

/** Runs a command that changes something in each account of a fleet: all plans are shown, and one question is asked for all. */
export async function runInFleet(
  app: App,
  fleet: Fleet,
  options: FleetRun,
  work: (session: Session, ask: Interaction) => Promise<CommandResult>,
): Promise<AccountResult[]> {
  const { io, reporter } = app
  const plans = new Map<string, () => void>()
  const showPlans = () => {
    for (const { env } of fleet.sessions) plans.get(env.accountId)?.()
  }
  const settle = async (ready: readonly ReadyPlan[]): Promise<AppError | undefined> => {
    showPlans()
    const changing = ready.filter(({ pending }) => pending.length > 0)
    if (options.yes || changing.length === 0) return undefined
    const isAgreed = await reporter.hold(() => agreed(app, options.command, changing))
    return isAgreed ? undefined : declined()
  }
  let before: Promise<unknown> = Promise.resolve()
  /** One question at a time, each with the account that it is about. */
  const inTurn = <Answer>({ env, accountName }: Session, ask: () => Promise<Answer>): Promise<Answer> => {
    const answer = before.then(() => {
      reporter.pause()
      if (io.isInteractive) io.stderr.line(`Account ${accountLabel({ id: env.accountId, name: accountName })}`)
      return ask()
    })
    before = answer.catch(() => {})
    return answer
  }
  const results = await acrossAccounts(
    fleet,
    (session, begin) => {
      const own = createInteraction(app, session, options)
      return work(session, {
        begin,
        showPlan: (...plan) => plans.set(session.env.accountId, () => own.showPlan(...plan)),
        confirm: async (question, items) =>
          question === 'apply' || question === 'remove' || inTurn(session, () => own.confirm(question, items)),
        recover: (item, error) => inTurn(session, () => own.recover(item, error)),
      })
    },
    { keepGoing: options.keepGoing, settle },
  )
  reporter.pause()
  if (options.dryRun) showPlans()
  return results
}

/** Taking the monitoring out of many accounts is more than a yes: their number has to be typed. */
async function agreed({ prompter }: App, command: FleetRun['command'], plans: readonly ReadyPlan[]): Promise<boolean> {
  const changes = plans.reduce((sum, { pending }) => sum + pending.length, 0)
  const accounts = count(plans.length, 'account')
  if (command === 'setup') return prompter.confirm(`Apply ${count(changes, 'change')} in ${accounts}?`, '--yes')
  const question = `This removes ${count(changes, 'resource')} from ${accounts}. Type the number of accounts to go on:`
  const wanted = String(plans.length)
  const answer = await prompter.text(question, insteadOf('remove'), (typed) =>
    typed === wanted ? undefined : `the number of accounts, ${wanted}`,
  )
  return answer === wanted
}
