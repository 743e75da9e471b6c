import type { ReportView } from '../model.ts'
import { renderCsv } from './csv.ts'
import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderMarkdown } from './markdown.ts'
import type { RenderOptions } from './renderer.ts'
import { renderTable } from './table.ts'

export type { Painter, RenderOptions } from './renderer.ts'

/** The formats of `report --format`. HTML takes its time: it loads the library that draws its charts. */
export const RENDERERS = {
  table: renderTable,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
  html: renderHtml,
} as const satisfies Record<string, (view: ReportView, options: RenderOptions) => string | Promise<string>>
export type Format = keyof typeof RENDERERS
