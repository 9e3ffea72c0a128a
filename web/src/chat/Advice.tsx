/** What one can do about a refusal: whom to ask, where somebody can change it. */
import type { Explanation } from '../api/explain';
import { WhomToAsk } from './WhomToAsk';

export function Advice({ explanation }: { explanation: Explanation }) {
  return explanation.asks ? <WhomToAsk /> : explanation.hint;
}
