import { usualHistoryRules, type HistoryRules } from '../../domain/history';
import type { ActivityDeps } from '../deps';

export const rulesOf = ({ historyRules }: ActivityDeps): HistoryRules => historyRules ?? usualHistoryRules;
