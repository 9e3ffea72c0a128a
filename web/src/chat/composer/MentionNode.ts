/** A person named in a text: one word that is deleted as a whole and knows whom it means. */
import { $applyNodeReplacement, type DOMConversionMap, type EditorConfig, type LexicalNode, type NodeKey, type SerializedTextNode, type Spread, TextNode } from 'lexical';

type Serialized = Spread<{ userId: string }, SerializedTextNode>;

export class MentionNode extends TextNode {
  __userId: string;

  static override getType(): string {
    return 'mention';
  }

  static override clone(node: MentionNode): MentionNode {
    return new MentionNode(node.__userId, node.__text, node.__key);
  }

  constructor(userId: string = '', text: string = '', key?: NodeKey) {
    super(text, key);
    this.__userId = userId;
  }

  static override importJSON(serialized: Serialized): MentionNode {
    return $createMentionNode(serialized.userId, serialized.text).updateFromJSON(serialized);
  }

  static override importDOM(): DOMConversionMap | null {
    return {
      span: (element: HTMLElement) => {
        const userId = element.dataset['user'];
        if (!userId) return null;
        return {
          priority: 1,
          conversion: () => ({ node: $createMentionNode(userId, `@${element.textContent ?? ''}`), forChild: () => null }),
        };
      },
    };
  }

  override exportJSON(): Serialized {
    return { ...super.exportJSON(), userId: this.__userId };
  }

  override createDOM(config: EditorConfig): HTMLElement {
    const element = super.createDOM(config);
    if (config.theme['mention']) element.className = config.theme['mention'] as string;
    element.spellcheck = false;
    return element;
  }

  get userId(): string {
    return this.getLatest().__userId;
  }

  override isTextEntity(): true {
    return true;
  }

  override canInsertTextBefore(): boolean {
    return false;
  }

  override canInsertTextAfter(): boolean {
    return false;
  }
}

export function $createMentionNode(userId: string, text: string): MentionNode {
  return $applyNodeReplacement(new MentionNode(userId, text).setMode('token'));
}

export function $isMentionNode(node: LexicalNode | null | undefined): node is MentionNode {
  return node instanceof MentionNode;
}
