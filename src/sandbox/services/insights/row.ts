import type { Expression } from './ast.ts'
import type { Scope } from './evaluate.ts'
import { fieldOf, type QueriedEvent } from './fields.ts'
import type { Value } from './value.ts'

/** A row on its way through the commands: an event with what was made from it, or a group of `stats` with its columns. */
export class Row implements Scope {
  readonly event: QueriedEvent | undefined
  readonly made: Map<string, Value>

  constructor(event: QueriedEvent | undefined, made = new Map<string, Value>()) {
    this.event = event
    this.made = made
  }

  field(name: string): Value {
    if (this.made.has(name)) return this.made.get(name)
    return this.event && fieldOf(this.event, name)
  }

  /** An expression that is the very name of a column, such as `bin(1h)` after `stats … by bin(1h)`, is that column. */
  known(expression: Expression): { value: Value } | undefined {
    const made = expression.type !== 'literal' && this.made.has(expression.text)
    return made ? { value: this.made.get(expression.text) } : undefined
  }

  /** Adds columns. A copy for each command of a query would take most of its time. */
  with(values: Iterable<[string, Value]>): Row {
    for (const [name, value] of values) this.made.set(name, value)
    return this
  }
}
