import { registry } from "@web/core/registry";
import { ActionHelper } from "@web/views/action_helper";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { listView } from "@web/views/list/list_view";
import { ListRenderer } from "@web/views/list/list_renderer";

const GROUPINGS = ["groupBy", "dateGroupBy"];

/** Whether the person asked for less than the view shows when it opens. */
export function hasSearched(searchModel) {
    return searchModel.query.some(({ searchItemId }) => {
        const item = searchModel.searchItems[searchItemId];
        return !item.isDefault && !GROUPINGS.includes(item.type);
    });
}

/** An empty list says that it is empty, and an empty search that nothing was found. */
export class PontoActionHelper extends ActionHelper {
    static template = "account_ponto_sync.ActionHelper";

    get hasSearched() {
        return hasSearched(this.env.searchModel);
    }

    get knowsAmounts() {
        return this.env.searchModel.resModel === "account.bank.statement.line";
    }
}

export class PontoListRenderer extends ListRenderer {
    static components = { ...ListRenderer.components, ActionHelper: PontoActionHelper };
}

export class PontoKanbanRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, ActionHelper: PontoActionHelper };
}

registry.category("views").add("ponto_list", { ...listView, Renderer: PontoListRenderer });
registry
    .category("views")
    .add("ponto_kanban", { ...kanbanView, Renderer: PontoKanbanRenderer });
