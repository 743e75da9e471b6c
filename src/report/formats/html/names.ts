import { plain } from '../../../text/escape.ts'
import { modelLabels, withoutArn } from '../../../text/models.ts'
import type { Group } from '../../model.ts'
import type { ReportView } from '../../view.ts'
import { keyText } from '../labels.ts'

/** Wide enough for a model's name without what only tells versions apart. */
const MODEL_WIDTH = 40

/** How groups are called on the page. */
export interface Names {
  /** Short: of models, no more than tells them apart; of ARNs, what they end in. */
  label(group: Group, name: string): string
  /** Short for any model's id; of one that no group has, the id. */
  model(id: string): string
}

export function namesOf(view: ReportView): Names {
  const { groups, prices, unpriced, quotas = [] } = view.report
  const ids = [
    ...groups.flatMap(({ key }) => key.model ?? []),
    ...[...prices, ...unpriced, ...quotas].map(({ model }) => model),
  ].map((id) => plain(id))
  const distinct = [...new Set(ids)]
  const labels = modelLabels(distinct, MODEL_WIDTH, '…')
  const short = new Map(distinct.map((id, index) => [id, labels[index] ?? id]))
  const model = (id: string) => short.get(id) ?? id
  return {
    model,
    label: (group, name) => {
      const text = keyText(view, group, name)
      return name === 'model' ? model(text) : withoutArn(text)
    },
  }
}
