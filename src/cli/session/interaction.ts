import { asResults, changeReport } from '../../core/change-report.ts'
import { isAppError } from '../../core/errors.ts'
import type { PlanItem } from '../../core/plan.ts'
import type { Recovery } from '../../core/run.ts'
import type { Interaction } from '../../steps/0-orchestrator.ts'
import type { Session } from '../../steps/session.ts'
import { count } from '../../text/numbers.ts'
import { printFailed } from '../../ui/error.ts'
import { printPlan } from '../../ui/plan.ts'
import type { App } from './app.ts'

const RECOVERIES = [
  { value: 'retry', title: 'try it again' },
  { value: 'skip', title: 'go on without it, and without what fails for the same reason' },
  { value: 'abort', title: 'start nothing more' },
] as const

type Question = Parameters<Interaction['confirm']>[0]

/**
 * Asks a person on stderr, or stands in for one: `yes` means that nothing is asked. The plan is the result of a dry run,
 * talk before a change, and of no use to a program.
 */
export function createInteraction(
  app: App,
  session: Pick<Session, 'env'>,
  options: { command: 'setup' | 'cleanup'; yes: boolean; dryRun: boolean },
): Interaction & { told: ReadonlySet<string> } {
  const { common, io, prompter, reporter } = app
  let aborted = false
  /** Causes that a person has been asked about, and whether to go on without what they stop. */
  const told = new Set<string>()
  const skipping = new Set<string>()
  return {
    told,
    showPlan(items, monthlyCost) {
      if (common.json || (common.quiet && options.yes && !options.dryRun)) return
      const out = options.dryRun ? io.stdout : io.stderr
      const { accountId, regions } = session.env
      const { command } = options
      const head = { command, accountId, regions: [...regions], ...(monthlyCost && { monthlyCost }), warnings: [] }
      printPlan(out, changeReport(head, asResults(items), true), command)
    },
    // Ctrl-C is not the answer no, which may be an answer to this question only: it ends the command.
    confirm: (question, items) =>
      reporter.hold(() => prompter.confirm(wording(question, items, session), insteadOf(question))),
    recover: (item, error) => {
      // Without a person, what does not depend on the failed resource still runs.
      if (options.yes || !io.isInteractive) return Promise.resolve('skip')
      return reporter.hold(async () => {
        if (aborted) return 'abort'
        // What one cause stops side by side is asked about once.
        if (skipping.has(error.message)) return 'skip'
        printFailed(io.stderr, [item.resource], error)
        told.add(error.message)
        const answer = await orAbort(prompter.choose('What now?', RECOVERIES, '--yes'))
        aborted = answer === 'abort'
        if (answer === 'skip') skipping.add(error.message)
        return answer
      })
    },
  }
}

/** Ctrl-C in the middle of a run starts nothing more: what is under way still ends well. */
async function orAbort(asked: Promise<Recovery>): Promise<Recovery> {
  try {
    return await asked
  } catch (error) {
    if (isAppError(error) && error.kind === 'interrupted') return 'abort'
    throw error
  }
}

/** The flag that answers a question beforehand. What deletes logs without a word is not all that is offered. */
export const insteadOf = (question: Question): string =>
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
    'remove-others': `Kept so far: ${items.map(({ reason }) => reason).join('; ')}. Delete ${all} all the same?`,
    'remove-data': `The data in ${all} would be deleted for good. Answer no to keep it and remove the rest. Delete the data, too?`,
  }
  return words[question]
}
