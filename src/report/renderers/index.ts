import { renderJson } from './json.ts'
import type { Renderer } from './renderer.ts'
import { renderTable } from './table.ts'

export type { Painter, Renderer, RenderOptions } from './renderer.ts'

/** The formats of `report --format`. */
export const RENDERERS = { table: renderTable, json: renderJson } as const satisfies Record<string, Renderer>
export type Format = keyof typeof RENDERERS
