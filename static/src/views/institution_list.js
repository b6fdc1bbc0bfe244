import { registry } from "@web/core/registry";
import { listView } from "@web/views/list/list_view";
import { ListRenderer } from "@web/views/list/list_renderer";

/**
 * Connections without any institution are groups without a row; the help for an empty
 * list must not lie over their buttons.
 */
export class PontoInstitutionListRenderer extends ListRenderer {
    get showNoContentHelper() {
        const { list } = this.props;
        const hasConnection = list.isGrouped && list.groups.length;
        return !hasConnection && super.showNoContentHelper;
    }
}

registry.category("views").add("ponto_institution_list", {
    ...listView,
    Renderer: PontoInstitutionListRenderer,
});
