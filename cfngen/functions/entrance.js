// Viewer requests: sends each host name to its geography, and the bare domain to the viewer's own.
//
// Runtime 2.0 of CloudFront Functions, under 10 KB. DomainName and Geographies are filled in by the template.
import cf from 'cloudfront';

const DOMAIN = '${DomainName}';
const GEOGRAPHIES = '${Geographies}'.split(' ').filter(Boolean);

// Where a continent's users are at home: the first that there is.
const ORDER = {
    europe: ['eu', 'us', 'apac'],
    africa: ['eu', 'us', 'apac'],
    asia: ['apac', 'eu', 'us'],
    america: ['us', 'eu', 'apac'],
};

// ISO 3166 codes, as the header CloudFront-Viewer-Country has them; whoever is in no list is taken for American.
const COUNTRIES = {
    europe: 'AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GL GR HR HU IE IM IS IT JE LI '
        + 'LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK',
    africa: 'AE AO BF BH BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IL IQ IR JO KE KM KW LB LR '
        + 'LS LY MA MG ML MR MU MW MZ NA NE NG OM PS QA RE RW SA SC SD SH SL SN SO SS ST SY SZ TD TG TN TZ UG YE YT '
        + 'ZA ZM ZW',
    asia: 'AF AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN IO JP KG KH KI KP KR KZ LA LK MH MM MN MO MP MV MY NC '
        + 'NF NP NR NU NZ PF PG PH PK PN PW SB SG TF TH TJ TK TL TM TO TV TW UZ VN VU WF WS',
};

function geographyOf(country) {
    const continent = Object.keys(COUNTRIES).find((name) => COUNTRIES[name].split(' ').includes(country));
    return ORDER[continent || 'america'].find((name) => GEOGRAPHIES.includes(name));
}

function valueOf(headers, name) {
    return headers[name] ? headers[name].value : '';
}

// Names and values come as the viewer encoded them, and are given back as they are.
function query(given) {
    const pairs = [];
    Object.keys(given).forEach((name) => {
        const all = given[name].multiValue || [given[name]];
        all.forEach((each) => pairs.push(each.value === '' ? name : name + '=' + each.value));
    });
    return pairs.length ? '?' + pairs.join('&') : '';
}

function answer(statusCode, statusDescription, headers) {
    headers['cache-control'] = { value: 'no-store' };
    headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubDomains' };
    return { statusCode: statusCode, statusDescription: statusDescription, headers: headers };
}

function handler(event) {
    const request = event.request;
    const host = valueOf(request.headers, 'host').toLowerCase();
    if (host === DOMAIN) {
        const home = geographyOf(valueOf(request.headers, 'cloudfront-viewer-country'));
        const location = 'https://' + home + '.' + DOMAIN + request.uri + query(request.querystring);
        return answer(307, 'Temporary Redirect', { location: { value: location } });
    }
    const geography = GEOGRAPHIES.find((name) => host === name + '.' + DOMAIN);
    if (!geography) {
        return answer(404, 'Not Found', {});
    }
    cf.selectRequestOriginById(geography);
    return request;
}
