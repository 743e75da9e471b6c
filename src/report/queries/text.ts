import { IDENTITY, preparationOf, pricedPreparationOf, TERM_COLUMNS } from '../sources/logs/fields.ts'
import { piped, whereCommands } from '../sources/logs/query.ts'
import { COST, modelFilter } from './price-groups.ts'
import type { QueryParameters, ReadyQuery } from './ready-query.ts'

/** A query in CloudWatch's own language, as the console takes it. */
export function queryText(query: ReadyQuery, parameters: QueryParameters): string {
  const { models, where = {}, window, limit, prices = [], pricedBy, apart = [] } = parameters
  const commands = [...whereCommands(where), ...query.commands(parameters)].map((command) =>
    [command, ...(command.startsWith('stats ') ? apart : [])].join(', '),
  )
  const byTokens = query.ranksByCost && prices.length === 0
  const display = (query.display ?? []).filter((field) => !byTokens || field !== COST)
  const shown = display.length > 0 ? [...display, ...apart, ...(pricedBy ? TERM_COLUMNS : [])] : display
  const prepared = pricedBy ? pricedPreparationOf : preparationOf
  const sort = query.sort.filter(({ field }) => !byTokens || field !== COST)
  const all = [
    // The first event of the stream is no record, and has no fields.
    'filter ispresent(modelId)',
    // StartQuery's ends are whole seconds, both included: what is beside the window is left out here.
    ...(window ? [`filter toMillis(@timestamp) >= ${window.start} and toMillis(@timestamp) < ${window.end}`] : []),
    ...modelFilter(models),
    ...prepared(query.numbers, commands.join(' ').includes(IDENTITY) ? IDENTITY : ''),
    ...commands,
    `sort ${sort.map(({ field, descending }) => `${field} ${descending ? 'desc' : 'asc'}`).join(', ')}`,
    `limit ${limit}`,
    ...(shown.length > 0 ? [`display ${shown.join(', ')}`] : []),
  ]
  const remarks = [query.summary, ...(byTokens ? ['ranked by their tokens: Logs Insights knows no prices'] : [])]
  return `${remarks.map((remark) => `# ${remark}\n`).join('')}${piped(...all)}`
}
