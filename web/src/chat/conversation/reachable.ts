/**
 * Whether what stands in a message is reached by Tab: only in the message that the keyboard is at,
 * so that Tab does not go through every link of a conversation.
 */
import { createContext, use } from 'react';

const ReachableContext = createContext(true);

export const Reachable = ReachableContext;

export function useTabIndex(): 0 | -1 {
  return use(ReachableContext) ? 0 : -1;
}
