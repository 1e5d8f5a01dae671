/**
 * Declarations for `window.sondeo`, the one global of Sondeo's script tag.
 *
 * Save this file beside your sources, from `COLLECTOR/sondeo.d.ts`, and let `tsconfig.json` include it. It declares
 * globals, so there is nothing to import.
 *
 * No command returns anything or throws; what a command does not know is ignored. Commands may be called before the tag
 * has loaded, if the queue stands before them:
 *
 * ```ts
 * window.sondeo = window.sondeo || function () { (window.sondeo.q = window.sondeo.q || []).push(arguments); };
 * ```
 */
declare namespace Sondeo {
  /** What the visitor said of consent. Until the page says otherwise: `'unknown'`. */
  type ConsentStatus = 'granted' | 'denied' | 'unknown';

  /** Who knows what the visitor said. */
  type ConsentSource = 'site' | 'tcf' | 'gcm' | 'survey' | 'none';

  /** What can be kept, compared and shown. Other values are left out. */
  type Scalar = string | number | boolean;

  /** Properties of the visitor. `null` removes one. At most 20; names of 40 characters, values of 200. */
  type Attributes = Record<string, Scalar | null | undefined>;

  /** What an event says: what triggers compare, what placeholders in a survey's words show, and the order. */
  interface EventData {
    /** Your own number of the order. A survey with one answer per order is not shown without it. */
    order_id?: string | number;
    /** The order's amount: a number, or decimal text with a point, such as `'59.90'`. */
    value?: string | number;
    /** The amount's currency: three letters, ISO 4217. */
    currency?: string;
    /** Your server's word that the order is the visitor's: see "Signed identity" in API.md. */
    proof?: string;
    [property: string]: unknown;
  }

  /** The visitor, with your server's word that it is they: see "Signed identity" in API.md. */
  interface Identity {
    user: string | number;
    proof?: string;
  }

  /** Something happened to a survey. */
  interface SurveyEvent {
    /** The survey's name. */
    survey: string;
  }

  /** An answer as it stands. */
  interface AnswerEvent extends SurveyEvent {
    /** The answer's id, the same over all its events and in exports. */
    id: string;
    /** The score on the survey's own scale. */
    score: number;
    /** What the visitor wrote. */
    comment?: string;
    /** Codes of the reasons that the visitor chose. */
    reasons?: string[];
  }

  /** The card could not be loaded: `'blocked'` by the page's policy or an old browser, or `'network'`. */
  interface LoadError extends SurveyEvent {
    error: 'blocked' | 'network';
    status?: undefined;
  }

  /** The collector did not take an answer, and its status says why: 400 to 499. */
  interface RefusedError extends SurveyEvent {
    error: 'refused';
    status: number;
  }

  /** What a callback is given, by event. */
  interface Events {
    /** The card is on the page. */
    shown: SurveyEvent;
    /** A score was chosen; once an answer. */
    answered: AnswerEvent;
    /** A comment or a reason was added. */
    commented: AnswerEvent;
    /** The visitor is done. */
    completed: AnswerEvent;
    /** The card was closed without a score. */
    dismissed: SurveyEvent;
    /** The card is off the page, however that came. */
    closed: SurveyEvent;
    /** A card could not be loaded, or an answer was refused. Tell them apart by `error`. */
    error: LoadError | RefusedError;
  }

  /** `window.sondeo`. */
  interface Command {
    /** Shows a survey, whatever its triggers and audience; consent and an answer that stands still count. */
    (command: 'show', survey: string, data?: EventData): void;
    /** Fires every live survey that has a trigger of this name. */
    (command: 'event', name: string, data?: EventData): void;
    /** Names the visitor by your own id; `null` forgets it. Attributes are merged with those known. */
    (command: 'identify', user: string | number | Identity | null, attributes?: Attributes): void;
    /** Merges attributes of the visitor. They are kept in memory only, and sent with answers. */
    (command: 'attributes', attributes: Attributes): void;
    /** Says what the visitor said of consent. Call it on every page, and when they change their mind. */
    (command: 'consent', status: ConsentStatus, source?: ConsentSource): void;
    /** Forgets all that this browser keeps of the visitor, closes an open card, and has what this browser sent erased. */
    (command: 'forget'): void;
    /** The language of cards, before that of the page and the browser; none goes back to these. */
    (command: 'locale', tag?: string | null): void;
    /** Closes an open card. */
    (command: 'close'): void;
    /** Calls back whenever this happens. */
    <E extends keyof Events>(command: 'on', event: E, callback: (detail: Events[E]) => void): void;
    /** Ends that; without a callback, for all of this event. */
    <E extends keyof Events>(command: 'off', event: E, callback?: (detail: Events[E]) => void): void;
    /** After a logout: no user, no attributes, consent unknown, no open card. */
    (command: 'reset'): void;
    /** Says in the console why each survey did or did not show. */
    (command: 'debug'): void;
    /** What was called before the tag had loaded. */
    q?: unknown[];
  }
}

declare const sondeo: Sondeo.Command;

interface Window {
  sondeo: Sondeo.Command;
}
