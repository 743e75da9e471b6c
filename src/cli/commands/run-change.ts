import { asResults, type CommandResult, changeReport } from '../../core/change-report.ts'
import { type AppError, declined, isAppError } from '../../core/errors.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { Recovery } from '../../core/run.ts'
import type { Interaction } from '../../steps/0-orchestrator.ts'
import { type AccountResult, acrossAccounts, type ReadyPlan } from '../../steps/across.ts'
import type { Fleet, Session } from '../../steps/session.ts'
import { accountLabel } from '../../text/account.ts'
import { count } from '../../text/numbers.ts'
import { printFailed } from '../../ui/error.ts'
import { printPlan } from '../../ui/plan.ts'
import type { App } from '../command.ts'
import { printChangeResult, printFleetResult } from './change-result.ts'

interface Change {
  command: 'setup' | 'cleanup'
  /** What the result is called, where that is another command. */
  as?: string
  work(session: Session, ask: Interaction): Promise<CommandResult>
  /** The result of one account alone, as it is told, and what to do next. */
  after?(session: Session, result: CommandResult): Promise<{ result: CommandResult; next?: readonly string[] }>
}

/** Runs what changes something: in one account, or in several with one question for all. Answers the exit code. */
export async function runChange(app: App, fleet: Fleet, change: Change): Promise<number> {
  const { command, as = command, work, after } = change
  const { dryRun } = app.common
  if (fleet.accounts.length > 1)
    return printFleetResult(app, { command: as, dryRun }, fleet, await runInFleet(app, fleet, change))
  const [session] = fleet.sessions
  const ask = createInteraction(app, session, command)
  const done = await work(session, ask)
  const { result, next } = (await after?.(session, done)) ?? { result: done }
  const report = { ...result.report, command: as }
  return printChangeResult(app, { ...result, report }, { dryRun, next, told: ask.told })
}

/** Runs a command that changes something in each account of a fleet: all plans are shown, and one question is asked for all. */
async function runInFleet(app: App, fleet: Fleet, { command, work }: Change): Promise<AccountResult[]> {
  const { io, reporter, common } = app
  const plans = new Map<string, () => void>()
  const showPlans = () => {
    for (const { env } of fleet.sessions) plans.get(env.accountId)?.()
  }
  const settle = async (ready: readonly ReadyPlan[]): Promise<AppError | undefined> => {
    showPlans()
    const changing = ready.filter(({ pending }) => pending.length > 0)
    if (common.yes || changing.length === 0) return undefined
    return (await reporter.hold(() => agreed(app, command, changing))) ? undefined : declined()
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
  const inOne = (session: Session, begin: Interaction['begin']) => {
    const own = createInteraction(app, session, command)
    return work(session, {
      ...(begin && { begin }),
      showPlan: (...plan) => plans.set(session.env.accountId, () => own.showPlan(...plan)),
      confirm: async (question, items) =>
        question === 'apply' || question === 'remove' || inTurn(session, () => own.confirm(question, items)),
      recover: (item, error) => inTurn(session, () => own.recover(item, error)),
    })
  }
  const results = await acrossAccounts(fleet, inOne, { keepGoing: common.keepGoing, settle })
  if (common.dryRun) showPlans()
  return results
}

/** Taking the monitoring out of many accounts is more than a yes: their number has to be typed. */
async function agreed({ prompter }: App, command: Change['command'], plans: readonly ReadyPlan[]): Promise<boolean> {
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

const RECOVERIES = [
  { value: 'retry', title: 'try it again' },
  { value: 'skip', title: 'go on without it, and without what fails for the same reason' },
  { value: 'abort', title: 'start nothing more' },
] as const

type Question = Parameters<Interaction['confirm']>[0]

/** Asks a person on stderr, unless `yes`. The plan is the result of a dry run, and of no use to a program. */
export function createInteraction(
  { common, io, prompter, reporter }: App,
  session: Pick<Session, 'env'>,
  command: Change['command'],
): Interaction & { told: ReadonlySet<string> } {
  const { yes, dryRun, json, quiet } = common
  let aborted = false
  /** Causes that a person has been asked about, and whether to go on without what they stop. */
  const told = new Set<string>()
  const skipping = new Set<string>()
  return {
    told,
    showPlan(items, monthlyCost) {
      if (json || (quiet && yes && !dryRun)) return
      const { accountId, regions } = session.env
      const head = { command, accountId, regions: [...regions], ...(monthlyCost && { monthlyCost }), warnings: [] }
      printPlan(dryRun ? io.stdout : io.stderr, changeReport(head, asResults(items), true), command)
    },
    // Ctrl-C is not the answer no, which may be an answer to this question only: it ends the command.
    confirm: (question, items) =>
      reporter.hold(() => prompter.confirm(wording(question, items, session), insteadOf(question))),
    recover: (item, error) => {
      // Without a person, what does not depend on the failed resource still runs.
      if (yes || !io.isInteractive) return Promise.resolve('skip')
      return reporter.hold(async () => {
        if (aborted) return 'abort'
        // What one cause stops side by side is asked about once.
        if (skipping.has(error.message)) return 'skip'
        printFailed(io.stderr, [item.resource], error)
        told.add(error.message)
        const answer = await prompter.choose('What now?', RECOVERIES, '--yes').catch((thrown: unknown): Recovery => {
          // Ctrl-C in the middle of a run starts nothing more: what is under way still ends well.
          if (isAppError(thrown) && thrown.kind === 'interrupted') return 'abort'
          throw thrown
        })
        aborted = answer === 'abort'
        if (answer === 'skip') skipping.add(error.message)
        return answer
      })
    },
  }
}

/** The flag that answers a question beforehand. What deletes logs without a word is not all that is offered. */
const insteadOf = (question: Question): string =>
  question === 'remove' ? '--yes, and --keep-data to keep the logs' : '--yes'

function wording(question: Question, items: readonly PlanItem[], { env }: Pick<Session, 'env'>): string {
  const names = items.map(({ resource: { type, name, holds }, have }) => {
    const amount = have && holds?.(have.state)
    return `${type} ${name}${amount === undefined ? '' : ` (${amount})`}`
  })
  const [place, all] = [`account ${env.accountId}, ${env.regions.join(', ')}`, names.join(' and ')]
  const words: Record<Question, string> = {
    apply: `Apply this to ${place}?`,
    shorten: `${items.map(({ loses }) => loses).join('; ')}. Delete them?`,
    remove: `Remove ${count(items.length, 'resource')} from ${place}?`,
    'remove-others': `Kept so far: ${items.map(({ reason }) => reason).join('; ')}. Delete ${all} anyway?`,
    'remove-data': `The data in ${all} would be deleted for good. Answer no to keep it and remove the rest. Delete the data, too?`,
  }
  return words[question]
}
