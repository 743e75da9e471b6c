import { asResults, changeReport } from '../core/change-report.ts'
import type { PlanItem } from '../core/plan.ts'
import type { Interaction, Session } from '../steps/0-orchestrator.ts'
import { printPlan } from '../ui/plan.ts'
import { clean, count } from '../ui/text.ts'
import type { App } from './app.ts'

const RECOVERIES = [
  { value: 'retry', title: 'retry: try it again' },
  { value: 'skip', title: 'skip: go on without it' },
  { value: 'abort', title: 'abort: start nothing more' },
] as const

/**
 * Asks a person on stderr, or stands in for one. `yes` means that nothing is asked. `plan` says where the plan goes: it
 * is the result of a dry run, talk before a change, and of no use to a program.
 */
export function createInteraction(
  app: App,
  session: Session,
  options: { yes: boolean; plan: 'result' | 'talk' | 'none' },
): Interaction {
  const { io, prompter, reporter } = app
  let aborted = false
  return {
    showPlan(items) {
      if (options.plan === 'none') return
      const out = options.plan === 'result' ? io.stdout : io.stderr
      const { accountId, region } = session.env
      const planned = changeReport(
        { command: 'setup', accountId, regions: [region], warnings: [] },
        asResults(items),
        true,
      )
      printPlan(out, planned)
    },
    confirm: (question, items) => reporter.hold(() => prompter.confirm(wording(question, items, session), '--yes')),
    recover: (item, error) => {
      // Without a person, what does not depend on the failed resource still runs.
      if (options.yes || !io.isInteractive) return Promise.resolve('skip')
      return reporter.hold(async () => {
        if (aborted) return 'abort'
        const { step, type, name } = item.resource
        io.stderr.line(
          `${io.stderr.paint.red('failed:')} step ${step}, ${type} ${clean(name)}: ${clean(error.message)}`,
        )
        if (error.hint !== undefined) io.stderr.line(`${io.stderr.paint.cyan('hint:')} ${clean(error.hint)}`)
        const answer = await prompter.choose('What now?', RECOVERIES, '--yes')
        aborted = answer === 'abort'
        return answer
      })
    },
  }
}

function wording(question: 'apply' | 'remove' | 'remove-data', items: readonly PlanItem[], { env }: Session): string {
  switch (question) {
    case 'apply':
      return `Apply this to account ${env.accountId}, ${env.region}?`
    case 'remove':
      return `Remove ${count(items.length, 'resource')} from account ${env.accountId}, ${env.region}?`
    case 'remove-data': {
      const names = items.map(({ resource }) => `${resource.type} ${resource.name}`).join(' and ')
      return `${names}: all data in it is lost for good. Remove it?`
    }
  }
}
