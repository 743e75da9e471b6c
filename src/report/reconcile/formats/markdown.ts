import { codeSpan, escapeMarkdown } from '../../../text/escape.ts'
import { signedUsd } from '../../../text/numbers.ts'
import type { Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import {
  about,
  answer,
  daysOf,
  facts,
  keyHeadings,
  keyText,
  moneyColumns,
  PROPOSAL,
  proposed,
  whereOf,
} from './words.ts'

const MOST_ROWS = 50

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. */
export function render(result: Reconciliation, { columns, isPicked = false }: Partial<Layout> = {}): string {
  const { causes, groups, warnings } = result
  const [keys, money] = [keyHeadings(groups), moneyColumns(columns)]
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const whys = causes.map((cause) => {
    const title = cause.of === 'unexplained' ? `unexplained: ${cause.title}` : cause.title
    const where = whereOf(cause, (names) => [...names])
    return row([...[title, cause.of, signedUsd(cause.usd), where, daysOf(cause)].map(escapeMarkdown)])
  })
  const rows = (isPicked ? groups : groups.slice(0, MOST_ROWS)).map((one) =>
    row([
      ...keys.map(({ name }) => (name === 'model' ? codeSpan : escapeMarkdown)(keyText(one, name))),
      ...money.map(({ field, text }) => text(one[field])),
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
            row([...keys, ...money].map(({ heading }) => heading)),
            row([...keys.map(() => ':--'), ...money.map(() => '--:')]),
            ...rows,
          ].join('\n'),
        ]
      : []),
    [...facts(result), ...warnings.map(({ message }) => message)].map((text) => `- ${escapeMarkdown(text)}`).join('\n'),
    ...(result.proposal ? [PROPOSAL, ['```json', ...proposed(result), '```'].join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}
