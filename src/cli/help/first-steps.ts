import type { AppError } from '../../core/errors.ts'
import type { Output } from '../../ui/output.ts'
import type { Example } from '../commands/command.ts'

/** Shown under the error of a line without a command. */
const BEGINNING: readonly Example[] = [
  { says: 'the whole tour on a local AWS, without an account', run: 'bedrock-monitor demo' },
  { says: 'what was used and what it cost, the last day; needs no setup', run: 'bedrock-monitor report' },
  { says: 'what setup would make, and nothing else', run: 'bedrock-monitor setup --dry-run' },
  { says: 'every command and flag', run: 'bedrock-monitor --help' },
]

/** Shown where somebody has not signed in to an account yet, or has none. */
const WITHOUT_ACCOUNT: readonly Example[] = [
  { says: 'the whole tour on a local AWS', run: 'bedrock-monitor demo' },
  { says: 'usage and cost from downloaded invocation logs', run: 'bedrock-monitor report --source file:./logs' },
  { says: 'what a model costs', run: 'bedrock-monitor prices amazon.nova-pro-v1:0 --offline' },
  {
    says: 'what setup would make',
    run: 'bedrock-monitor setup --dry-run --account-id 111122223333 --region us-east-1',
  },
  {
    says: 'the IAM policy that setup needs',
    run: 'bedrock-monitor permissions setup --account-id 111122223333 --region us-east-1',
  },
]

/** What to try instead, for errors that a newcomer meets first; nothing for all others. */
export function firstSteps({ paint }: Output, { code }: Pick<AppError, 'code'>): string {
  const page = PAGES.get(code)
  if (page === undefined) return ''
  const lines = page.examples.flatMap(({ says, run }) => [paint.dim(`  # ${says}`), `  ${paint.cyan(run)}`])
  return ['', paint.bold(page.title), ...lines, ''].join('\n')
}

interface Page {
  title: string
  examples: readonly Example[]
}

const withoutAccount: Page = { title: 'Without an AWS account these work', examples: WITHOUT_ACCOUNT }

/** By the code of the error. The SDK's own is that of a machine on which nobody has signed in. */
const PAGES: ReadonlyMap<string, Page> = new Map(
  Object.entries<Page>({
    NoCommand: { title: 'To begin with', examples: BEGINNING },
    NoRegion: withoutAccount,
    CredentialsProviderError: withoutAccount,
  }),
)
