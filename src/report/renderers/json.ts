import type { Renderer } from './renderer.ts'

/** The published report (schema/report.schema.json), and nothing else. */
export const renderJson: Renderer = ({ report }) => `${JSON.stringify(report, null, 2)}\n`
