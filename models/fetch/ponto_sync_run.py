from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools import clock
from ...wording.moments import format_date
from ...wording.problems import problem_text
from ...wording.refresh import refresh_text
from .run_kinds import CLOSING_STAGES, KINDS

# So long after a fetch, somebody who clicks what it did is shown what came of it.
RECENT = timedelta(minutes=5)
#: Outcomes of a refresh that leave Ponto without the bank's news until somebody acts.
BANK_SILENT = ("authorization", "bank_trouble")

STAGES = [
    ("ask", "Asking the bank"),
    ("wait", "Waiting for the bank"),
    ("read", "Reading from Ponto"),
    ("pending", "Reading pending transactions"),
    ("recognize", "Comparing with the books"),
    ("import", "Importing"),
    ("undo", "Undoing"),
    ("done", "Done"),
]
#: Where what came of a fetch is counted.
RESULT_COUNTS = (
    "new_count",
    "imported_count",
    "held_count",
    "adopted_count",
    "alias_count",
    "skipped_count",
)
#: What ends a fetch early and is no trouble: its sentence says how it goes on.
NO_TROUBLE = ("long_list", "stopped")


class PontoSyncRun(models.Model):
    """One fetch of one account: who started it, what it found, how it ended."""

    _name = "ponto.sync.run"
    _description = "Ponto fetch"
    _order = "id desc"
    _check_company_auto = True

    online_account_id = fields.Many2one(
        "ponto.online.account",
        string="Account",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="online_account_id.company_id", store=True, index=True
    )
    trigger = fields.Selection(
        [
            ("cron", "Scheduled"),
            ("user", "Manual"),
            ("webhook", "Ponto notification"),
        ],
        required=True,
        readonly=True,
        string="Started by",
    )
    kind = fields.Selection(
        [
            ("fetch", "Fetch"),
            ("check", "Check of a period"),
            ("preview", "Preview of the first import"),
            ("decision", "Decisions"),
            ("undo", "Undo a fetch"),
        ],
        required=True,
        default="fetch",
        readonly=True,
        help="What the run does.",
    )
    user_id = fields.Many2one("res.users", readonly=True)
    started_at = fields.Datetime(required=True, readonly=True)
    finished_at = fields.Datetime(readonly=True)
    duration = fields.Float(compute="_compute_duration", help="In seconds.")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Partly done"),
            ("failed", "Failed"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
    )
    stage = fields.Selection(STAGES, required=True, default="read", readonly=True)
    read_count = fields.Integer(string="Read", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    imported_count = fields.Integer(string="Imported", readonly=True)
    held_count = fields.Integer(string="Held", readonly=True)
    adopted_count = fields.Integer(
        string="Recognized",
        readonly=True,
        help="Transactions whose line was in the books already, from a file or by hand.",
    )
    alias_count = fields.Integer(
        string="Re-issued",
        readonly=True,
        help="Transactions that the bank had sent before under another ID.",
    )
    skipped_count = fields.Integer(
        string="Skipped", readonly=True, help="Zero amounts, if the account skips them."
    )
    to_import_count = fields.Integer(readonly=True)
    booked_ids = fields.One2many(
        "ponto.transaction", "booked_run_id", string="Booked or recognized"
    )
    undo_of_id = fields.Many2one(
        "ponto.sync.run", string="Undoes", readonly=True, ondelete="cascade"
    )
    message_code = fields.Char(readonly=True)
    message_values = fields.Json(readonly=True)
    message = fields.Char(string="Result", compute="_compute_message")

    # The machine's memory between two steps
    customer_ip = fields.Char(
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        help="IP address of the user who clicked; deleted once the bank has been asked.",
    )
    refresh_refs = fields.Json(readonly=True)
    refresh_outcome = fields.Char(readonly=True)
    asked_at = fields.Datetime(readonly=True)
    step_count = fields.Integer(readonly=True, help="Steps done; each is done once.")
    page_count = fields.Integer(
        readonly=True,
        help="Number of pages with new transactions, or without any transaction.",
    )
    walk_cursor = fields.Char(readonly=True)
    walk_cursors = fields.Json(
        readonly=True,
        help="Digests of the cursors already read, to detect a list that repeats itself.",
    )
    walk_from_top = fields.Boolean(readonly=True)
    walk_complete = fields.Boolean(readonly=True)
    walk_restarted = fields.Boolean(readonly=True)
    known_streak = fields.Integer(readonly=True)
    recognize_place = fields.Json(readonly=True)
    synchronized_at = fields.Datetime(readonly=True)
    problem_code = fields.Char(readonly=True)
    problem_values = fields.Json(readonly=True)
    next_step_at = fields.Datetime(readonly=True)
    is_left = fields.Boolean(
        readonly=True,
        help="The page showing the fetch was closed: the scheduled action continues.",
    )
    slow_until = fields.Datetime(
        readonly=True,
        help="Until this time the scheduled action continues the fetch, because Ponto is "
        "slow.",
    )
    slow_since = fields.Datetime(
        readonly=True,
        help="First time that the scheduled action took over this step from a browser.",
    )

    _running_uniq = models.UniqueIndex(
        "(online_account_id) WHERE state = 'running'",
        "A fetch of this account is already under way.",
    )

    # === COMPUTE METHODS === #

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for run in self:
            ended = run.finished_at
            run.duration = (ended - run.started_at).total_seconds() if ended else 0.0

    @api.depends("started_at", "online_account_id.display_name")
    @api.depends_context("tz", "lang")
    def _compute_display_name(self):
        for run in self:
            moment = format_datetime(self.env, run.started_at, dt_format="short")
            run.display_name = f"{run.online_account_id.display_name} {moment}"

    @api.depends("message_code", "message_values", "stage", "state")
    @api.depends_context("tz", "lang", "uid")
    def _compute_message(self):
        for run in self:
            run.message = run._get_message()

    def _get_kind(self):
        """What this kind of run does differently (``run_kinds.py``)."""
        self.ensure_one()
        return KINDS[self.kind]

    def _get_message(self):
        """The result of the run, in words and in the reader's language."""
        self.ensure_one()
        if self.state == "running":
            return self._get_running_sentence()
        values = self.message_values or {}
        if self.message_code == "undo":
            sentences = self._get_undo_sentences(values)
        else:
            sentences = [
                self._get_count_sentence(values),
                self._get_gap_sentence(values),
                self._get_not_listed_sentence(values),
                self._get_refresh_sentence(values),
                self._get_problem_sentence(values),
                self._get_undone_sentence(),
            ]
        for stage in CLOSING_STAGES.values():
            sentences += getattr(self, stage.sentences)()
        return " ".join(filter(None, sentences))

    def _get_running_sentence(self):
        """What it is at, and for whoever did not start it: who did, and when."""
        stages = dict(self._fields["stage"]._description_selection(self.env))
        triggers = dict(self._fields["trigger"]._description_selection(self.env))
        stage = stages[self.stage]
        if self.stage == "import" and self.to_import_count:
            stage = self.env._(
                "%(stage)s %(done)s of %(total)s",
                stage=stage,
                done=min(self.imported_count + self.held_count, self.to_import_count),
                total=self.to_import_count,
            )
        return self.env._(
            "%(stage)s. Running since %(moment)s (%(who)s).",
            stage=stage,
            moment=format_datetime(self.env, self.started_at, dt_format="short"),
            who=self.user_id.sudo().name or triggers[self.trigger],
        )

    def _get_count_sentence(self, values):
        if self.message_code == "failed":
            return ""
        return self._get_kind().count_sentence(self, values)

    def _get_fetch_sentence(self, values):
        env = self.env
        parts = [*self._get_booked_parts(values), *self._get_other_counts()]
        if values.get("newest"):
            parts.append(
                env._("newest %(day)s", day=format_date(env, values["newest"]))
            )
        text = ", ".join(parts)
        # "12 new" begins with a word in other languages.
        text = f"{text[:1].upper()}{text[1:]}"
        if values.get("bank_data_at"):
            moment = format_datetime(env, values["bank_data_at"], dt_format="short")
            text = env._(
                "%(text)s; bank data as of %(moment)s", text=text, moment=moment
            )
        return f"{text}."

    def _get_booked_parts(self, values):
        """What became a line, and how late the latest of it was."""
        env, count = self.env, self.imported_count
        if self.message_code == "first":
            start = format_date(env, values["start"])
            if count == 1:
                yield env._("1 transaction since %s imported", start)
            else:
                yield env._(
                    "%(count)s transactions since %(start)s imported",
                    count=count,
                    start=start,
                )
        elif count:
            yield env._("%(count)s new", count=count)
        elif not self.adopted_count:
            yield env._("No new transactions")
        if values.get("back_dated"):
            yield env._("back-dated %(days)s days", days=values["back_dated"])

    def _get_other_counts(self):
        """What was read and became no line."""
        env = self.env
        if self.adopted_count:
            yield env._("%(count)s recognized in the books", count=self.adopted_count)
        if self.alias_count:
            yield env._("%(count)s known under another ID", count=self.alias_count)
        if self.held_count:
            yield env._("%(count)s held", count=self.held_count)
        if self.skipped_count:
            yield env._("%(count)s skipped", count=self.skipped_count)

    def _get_gap_sentence(self, values):
        """How far back Ponto goes, where that is later than the start date."""
        if not values.get("gap_until"):
            return ""
        return self.env._(
            "Ponto has no transactions before %(oldest)s: import %(start)s to "
            "%(end)s from a file.",
            oldest=format_date(self.env, values["oldest"]),
            start=format_date(self.env, values["start"]),
            end=format_date(self.env, values["gap_until"]),
        )

    def _get_not_listed_sentence(self, values):
        """How many transactions an earlier start date asks for in vain."""
        if not values.get("not_listed"):
            return ""
        return self.env._(
            "%(count)s transactions since the new start date are no longer listed by "
            "Ponto: import them from a file.",
            count=values["not_listed"],
        )

    def _get_refresh_sentence(self, values):
        return refresh_text(self.env, values)

    def _get_problem_sentence(self, values):
        if not values.get("problem"):
            return ""
        text = problem_text(self.env, values["problem"], values.get("problem_values"))
        if self.state != "partial" or values["problem"] in NO_TROUBLE:
            return text
        return self.env._(
            "%(count)s read before this problem occurred: %(text)s The next fetch "
            "reads the rest.",
            count=self.read_count,
            text=text,
        )

    # === ACTION METHODS === #

    def action_open_lines(self):
        """Open the lines that these fetches brought, among those of their journals.

        A filter that can be taken away; where nothing was new there is none.
        """
        self.check_access("read")
        action = self.online_account_id.journal_id.action_ponto_open_lines()
        bringing = self.filtered(lambda run: run.imported_count or run.adopted_count)
        if bringing:
            fetched = {"search_default_ponto_booked_run_ids": bringing.ids}
            action["context"] = {**action["context"], **fetched}
        return action

    def _is_recent(self):
        """Whether whoever clicks now may mean this fetch: it is under way, or was a
        moment ago."""
        self.ensure_one()
        since = clock.now() - RECENT
        return self.state == "running" or bool(
            self.finished_at and self.finished_at >= since
        )
