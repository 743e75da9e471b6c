import { AppError, EXIT_CODE } from '../../../core/errors.ts'
import { QUERIES } from '../../../report/queries/catalog.ts'
import { resolveWindow } from '../../../report/window-parse.ts'
import { wrap, wrapTerms } from '../../../text/wrap.ts'
import { printError } from '../../../ui/error.ts'
import { choice } from '../../args/flag.ts'
import { type App, printJson } from '../../session/app.ts'
import { printChangeResult } from '../change-result.ts'
import { command } from '../command.ts'
import { open } from '../report/index.ts'
import { parametersOf, QUERY_FLAGS, type QueryOptions, queryOptions } from './options.ts'

type Asking<Action> = Extract<QueryOptions, { action: Action }>

export const queryCommand = command<QueryOptions>({
  examples: [
    { says: 'list the queries', run: 'bedrock-monitor query' },
    { says: 'the most expensive requests of the last 24 hours', run: 'bedrock-monitor query costliest-requests' },
    {
      says: 'who used a model in the last 24 hours',
      run: 'bedrock-monitor query tokens-by-identity --model amazon.nova-pro-v1:0',
    },
    {
      says: 'the largest prompts of one role',
      run: "bedrock-monitor query largest-prompts --where 'role=app-*' --last 7d",
    },
    {
      says: 'requests by team, for a spreadsheet',
      run: 'bedrock-monitor query requests-by-metadata --key team --output teams.csv',
    },
    { says: 'print the query, to paste into the console', run: 'bedrock-monitor query errors-by-code --show' },
    { says: 'save all queries in the CloudWatch console', run: 'bedrock-monitor query --save' },
  ],
  argument: {
    shown: '[name...]',
    describe: 'query to run (default: list them); --show and --save take several',
    most: Number.POSITIVE_INFINITY,
    ...choice(...QUERIES.map(({ name }) => name)),
  },
  flags: QUERY_FLAGS,
  parse: queryOptions,
  run(app, options) {
    switch (options.action) {
      case 'list':
        return list(app)
      case 'show':
        return show(app, options)
      case 'save':
        return save(app, options)
      case 'run':
        return ask(app, options)
    }
  },
})

async function list(app: App): Promise<number> {
  app.reporter.pause()
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
  for (const line of wrapTerms(rows, stdout.width, { style: stdout.paint.bold })) stdout.line(line)
  const next = 'bedrock-monitor query NAME runs one; --show prints it; --save saves all in the console.'
  for (const line of ['', ...wrap(next, app.io.stderr.width)]) app.io.stderr.line(line)
  return 0
}

async function show(app: App, options: Asking<'show'>): Promise<number> {
  const { queryText } = await import('../../../report/queries/text.ts')
  const { settingsFor } = await import('../../session/open-session.ts')
  const { logGroupName } = settingsFor(app, options.settings)
  const { lakeDatabase: database, lakeTable: table } = settingsFor(app, options.settings)
  const { questionOf } = await import('../../../report/lake/questions.ts')
  const window = options.window && resolveWindow(options.window, app.cx.clock.now())
  const shown = options.queries.map((query) => {
    const parameters = parametersOf(options, query)
    const sql = () => questionOf(query, parameters, { database, table }, window)
    return { name: query.name, text: options.inLake ? sql() : queryText(query, parameters) }
  })
  app.reporter.pause()
  if (app.common.json) {
    const where = options.inLake ? { engine: 'athena', logGroup: `${database}.${table}` } : { logGroup: logGroupName }
    printJson(app, { schemaVersion: 1, command: 'query', ...where, queries: shown })
    return 0
  }
  app.io.stdout.write(`${shown.map(({ text }) => text).join('\n\n')}\n`)
  if (options.inLake && !app.common.quiet) {
    const covered = window ? 'the window that you gave' : 'the last seven days'
    app.io.stderr.line(`\nTo ask it in the console: Athena, Query editor, your workgroup; it covers ${covered}.`)
  } else if (!app.common.quiet) {
    app.io.stderr.line(`\nTo ask it in the console: CloudWatch, Logs Insights, select ${logGroupName} and a time,`)
    app.io.stderr.line('paste it over what stands there, Run query.')
    if (options.queries.some(({ ranksByCost }) => ranksByCost)) {
      app.io.stderr.line('Logs Insights knows no prices: there it ranks by tokens. Run from here it ranks by cost.')
    }
  }
  return 0
}

async function save(app: App, options: Asking<'save'>): Promise<number> {
  const { queryText } = await import('../../../report/queries/text.ts')
  const { sessionFor } = await import('../../session/open-session.ts')
  const { saveQueries } = await import('../../../steps/queries/saved-queries.ts')
  const session = await sessionFor(app, options.settings)
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

async function ask(app: App, options: Asking<'run'>): Promise<number> {
  const { openResult } = await import('../../session/write-file.ts')
  const { answerQuery } = await import('./answer.ts')
  const result = await openResult(app, options)
  const { text, incomplete } = await answerQuery(app, options, result)
  app.reporter.pause()
  await result.write(text)
  if (options.open) await open(app, result.path)
  if (!incomplete) return 0
  const error = new AppError('partial', 'QueryIncomplete', 'the answer is incomplete: see its warnings', {
    hint: 'run it again',
  })
  printError(app.io.stderr, error, { debug: app.common.debug })
  return EXIT_CODE.partial
}
