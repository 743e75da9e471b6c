import { jsonText } from '../../core/json.ts'
import type { Renderer } from './renderer.ts'

/** The published report (src/schema/report.schema.json), and nothing else. */
export const renderJson: Renderer = ({ report }) => `${jsonText(report)}\n`
