import { escapeMarkdown } from '../../../text/escape.ts'
import { markdownTable } from '../../formats/markdown.ts'
import type { Reconciliation } from '../model.ts'
import type { Layout } from './index.ts'
import { about, answer, causeCells, facts, keyCells, moneyCells, PROPOSAL, proposed } from './words.ts'

const MOST_ROWS = 50

/** GitHub-flavoured Markdown for a pipeline's summary or a ticket. */
export function render(result: Reconciliation, { columns, isPicked = false }: Partial<Layout> = {}): string {
  const { causes, groups, warnings } = result
  const shown = isPicked ? groups : groups.slice(0, MOST_ROWS)
  const keys = keyCells(groups).map((key) => ({ ...key, isCode: key.name === 'model' }))
  const said = [...facts(result), ...warnings.map(({ message }) => message)].map((text) => `- ${escapeMarkdown(text)}`)
  const parts = [
    '## Amazon Bedrock: bill and estimate',
    `**${escapeMarkdown(answer(result).join(' · '))}**`,
    escapeMarkdown(about(result).join(' · ')),
    ...(causes.length > 0 ? [markdownTable(causeCells(), causes).join('\n')] : []),
    ...(shown.length > 0 ? [markdownTable([...keys, ...moneyCells(columns)], shown).join('\n')] : []),
    said.join('\n'),
    ...(result.proposal ? [PROPOSAL, ['```json', ...proposed(result), '```'].join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}
