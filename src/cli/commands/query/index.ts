import { AppError } from '../../../core/errors.ts'
import { QUERIES } from '../../../report/queries/catalog.ts'
import { resolveWindow } from '../../../report/window-parse.ts'
import { wrap, wrapTerms } from '../../../text/wrap.ts'
import { printErrors } from '../../../ui/error.ts'
import { choice } from '../../args/flag.ts'
import { type App, define, printJson } from '../../command.ts'
import { open } from '../report/index.ts'
import { parametersOf, QUERY_FLAGS, type QueryOptions, queryOptions } from './options.ts'

export const command = define({
  examples: [
    ['list the queries', 'query'],
    ['the most expensive requests of the last 24 hours', 'query costliest-requests'],
    ['who used a model in the last 24 hours', 'query tokens-by-identity --model amazon.nova-pro-v1:0'],
    ['the largest prompts of one role', "query largest-prompts --where 'role=app-*' --last 7d"],
    ['requests by team, for a spreadsheet', 'query requests-by-metadata --key team --output teams.csv'],
    ['print the query, to paste into the console', 'query errors-by-code --show'],
    ['save all queries in the CloudWatch console', 'query --save'],
  ],
  argument: {
    shown: '[name...]',
    describe: 'query to run (default: list them); --show and --save take several',
    most: Number.POSITIVE_INFINITY,
    ...choice(...QUERIES.map(({ name }) => name)),
  },
  flags: QUERY_FLAGS,
  parse: queryOptions,
  run: (app, options) => ACTIONS[options.action](app, options),
})

type Action = (app: App, options: QueryOptions) => Promise<number>

const list: Action = async (app) => {
  if (app.common.json) {
    const queries = QUERIES.map(({ name, summary, columns, takesKey = false }) => {
      return { name, summary, columns: columns.map((column) => column.name), takesKey }
    })
    printJson(app, { schemaVersion: 1, command: 'query', queries })
    return 0
  }
  const { stdout } = app.io
  const rows = QUERIES.map(
    ({ name, summary, takesKey }) => [name, `${summary}${takesKey ? ' (--key KEY)' : ''}`] as const,
  )
  stdout.lines(wrapTerms(rows, stdout.width, { style: stdout.paint.bold }))
  const next = 'bedrock-monitor query NAME runs one; --show prints it; --save saves all in the console.'
  app.io.stderr.lines(['', ...wrap(next, app.io.stderr.width)])
  return 0
}

const show: Action = async (app, options) => {
  const { queryText } = await import('../../../report/queries/ready-query.ts')
  const { settingsFor } = await import('../../session/open-session.ts')
  const { logGroupName, lakeDatabase: database, lakeTable: table } = settingsFor(app, options.settings)
  const { questionOf } = await import('../../../report/lake/questions.ts')
  const window = options.window && resolveWindow(options.window, app.cx.clock.now())
  const shown = options.queries.map((query) => {
    const parameters = parametersOf(options, query)
    const sql = () => questionOf(query, parameters, { database, table }, window)
    return { name: query.name, text: options.inLake ? sql() : queryText(query, parameters) }
  })
  if (app.common.json) {
    const where = options.inLake ? { engine: 'athena', logGroup: `${database}.${table}` } : { logGroup: logGroupName }
    printJson(app, { schemaVersion: 1, command: 'query', ...where, queries: shown })
    return 0
  }
  app.io.stdout.write(`${shown.map(({ text }) => text).join('\n\n')}\n`)
  if (app.common.quiet) return 0
  const covered = window ? 'the window that you gave' : 'the last seven days'
  const inConsole = options.inLake
    ? [`To run it in the console: Athena, Query editor, your workgroup; it covers ${covered}.`]
    : [
        `To run it in the console: CloudWatch, Logs Insights, select ${logGroupName} and a time,`,
        'replace the query there with it, and choose Run query.',
        ...(options.queries.some(({ ranksByCost }) => ranksByCost)
          ? ['Logs Insights has no prices: there it ranks by tokens; run from here, it ranks by cost.']
          : []),
      ]
  app.io.stderr.lines(['', ...inConsole])
  return 0
}

const save: Action = async (app, options) => {
  const { printChangeResult } = await import('../change-result.ts')
  const { queryText } = await import('../../../report/queries/ready-query.ts')
  const { sessionFor } = await import('../../session/open-session.ts')
  const { saveQueries } = await import('../../../steps/queries/saved-queries.ts')
  const session = await sessionFor(app, { settings: options.settings })
  if (options.inLake) {
    const { saveInLake } = await import('../../../steps/queries/saved-queries.ts')
    const next = [
      `in the console: Athena, Query editor, workgroup ${session.env.settings.lakeWorkgroup}, Saved queries`,
    ]
    return printChangeResult(app, await saveInLake(session), { dryRun: false, next })
  }
  const texts = new Map(options.queries.map((query) => [query.name, queryText(query, parametersOf(options, query))]))
  const result = await saveQueries(session, texts)
  for (const { name } of options.without) {
    const message = `${name} was not saved: it needs --key, the key of the request metadata`
    app.cx.emit({ type: 'warning', warning: { code: 'query-not-saved', message } })
  }
  const next = ['in the console: CloudWatch, Logs Insights, Saved and sample queries, folder bedrock-monitor']
  return printChangeResult(app, result, { dryRun: false, next })
}

const run: Action = async (app, options) => {
  const { openResult } = await import('../../session/write-file.ts')
  const { answerQuery } = await import('./answer.ts')
  const result = await openResult(app, { ...options, output: app.common.output })
  const { text, incomplete } = await answerQuery(app, options, result)
  await result.write(text)
  if (options.open) await open(app, result.path)
  const message = 'the answer is incomplete: see its warnings'
  const failure = incomplete ? new AppError('partial', 'QueryIncomplete', message, { hint: 'run it again' }) : undefined
  return printErrors(app.io.stderr, [failure], app.common)
}

const ACTIONS: Readonly<Record<QueryOptions['action'], Action>> = { list, show, save, run }
