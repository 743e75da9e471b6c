import { codeSpan, escapeMarkdown } from '../../../text/escape.ts'
import { signedUsd, usd } from '../../../text/numbers.ts'
import type { Reconciliation } from '../model.ts'
import { about, answer, daysOf, facts, PROPOSAL, proposed, whereOf } from './words.ts'

const MOST_ROWS = 50

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. */
export function render(result: Reconciliation): string {
  const { causes, models, warnings } = result
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const whys = causes.map((cause) => {
    const title = cause.of === 'unexplained' ? `unexplained: ${cause.title}` : cause.title
    const where = whereOf(cause, (names) => [...names])
    return row([...[title, cause.of, signedUsd(cause.usd), where, daysOf(cause)].map(escapeMarkdown)])
  })
  const rows = models
    .slice(0, MOST_ROWS)
    .map((one) =>
      row([
        codeSpan(one.model),
        ...[usd(one.billUsd), usd(one.estimateUsd)],
        ...[one.differenceUsd, one.quantityUsd, one.rateUsd, one.unexplainedUsd].map(signedUsd),
      ]),
    )
  const parts = [
    '## Amazon Bedrock: bill and estimate',
    `**${escapeMarkdown(answer(result).join(' · '))}**`,
    escapeMarkdown(about(result).join(' · ')),
    ...(whys.length > 0
      ? [[row(['Why', 'of', 'USD', 'Where', 'Days']), row([':--', ':--', '--:', ':--', ':--']), ...whys].join('\n')]
      : []),
    ...(rows.length > 0
      ? [
          [
            row(['Model', 'Bill', 'Estimate', 'Difference', 'Quantity', 'Rate', 'Unexplained']),
            row([':--', ...Array.from({ length: 6 }, () => '--:')]),
            ...rows,
          ].join('\n'),
        ]
      : []),
    [...facts(result), ...warnings.map(({ message }) => message)].map((text) => `- ${escapeMarkdown(text)}`).join('\n'),
    ...(result.proposal ? [PROPOSAL, ['```json', ...proposed(result), '```'].join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}
