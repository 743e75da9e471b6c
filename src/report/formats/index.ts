import { FOCUS_VERSIONS, focusBy } from './focus/asked.ts'
import type { Format } from './format.ts'

/** What a terminal gets, and what is written where nobody says otherwise. */
export const USUAL_FORMAT = {
  name: 'table',
  describe: 'for people, within the width of the terminal',
  endings: ['.txt'],
  answers: true,
  load: () => import('./table.ts'),
} as const satisfies Format

export const FORMATS = [
  USUAL_FORMAT,
  {
    name: 'json',
    describe: 'everything, for programs',
    endings: ['.json'],
    answers: true,
    load: () => import('./json.ts'),
  },
  {
    name: 'csv',
    describe: 'rows alone, for spreadsheets',
    endings: ['.csv'],
    bare: true,
    answers: true,
    load: () => import('./csv.ts'),
  },
  {
    name: 'markdown',
    describe: "for a pipeline's summary or a ticket",
    endings: ['.md'],
    load: () => import('./markdown.ts'),
  },
  {
    name: 'html',
    describe: 'one page with charts, for screen and paper',
    endings: ['.html', '.htm'],
    load: () => import('./html.ts'),
  },
  {
    name: 'openmetrics',
    describe: 'gauges of the window, for the text-file collector of node_exporter',
    endings: ['.prom'],
    bare: true,
    load: () => import('./openmetrics.ts'),
  },
  {
    name: 'focus',
    describe: 'the charges as the FinOps standard FOCUS has them: CSV, or Parquet in a file',
    endings: ['.parquet'],
    bytes: '.parquet',
    versions: FOCUS_VERSIONS,
    chargesBy: focusBy,
    bare: true,
    load: () => import('./focus.ts'),
  },
] as const satisfies readonly Format[]

/** Those that have a form for the answer to a query. */
export const ANSWER_FORMATS: readonly Extract<Format, { answers: true }>[] = FORMATS.filter(
  (format) => 'answers' in format,
)

export type FormatName = (typeof FORMATS)[number]['name']
